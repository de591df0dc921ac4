/// Reads an object's members by name and type, with errors that name the member.
struct MemberReader {
  let members: [String: JSON]

  func text(_ name: String) throws(BodyError) -> String {
    guard let text = try optionalText(name) else { throw missing(name) }
    return text
  }

  func optionalText(_ name: String) throws(BodyError) -> String? {
    guard let member = members[name] else { return nil }
    guard let text = member.string, !text.isEmpty else {
      throw .malformed("\u{201C}\(name)\u{201D} is not a text")
    }
    return text
  }

  func comment() throws(BodyError) -> String? {
    let comment = try optionalText("comment")
    if let comment, comment.utf8.count > Record.maximumComment {
      throw .malformed("a comment may have \(Record.maximumComment) bytes at most")
    }
    return comment
  }

  func object(_ name: String) throws(BodyError) -> MemberReader {
    guard let member = members[name] else { throw missing(name) }
    guard let object = member.object else {
      throw .malformed("\u{201C}\(name)\u{201D} is not an object")
    }
    return MemberReader(members: object)
  }

  func optionalObject(_ name: String) throws(BodyError) -> MemberReader? {
    members[name] == nil ? nil : try object(name)
  }

  /// The elements of an array of objects; none where there is no such member.
  func objects(_ name: String) throws(BodyError) -> [MemberReader] {
    try elements(name).map { element throws(BodyError) in
      guard let object = element.object else {
        throw .malformed("\u{201C}\(name)\u{201D} is not an array of objects")
      }
      return MemberReader(members: object)
    }
  }

  /// The elements of an array of objects, which must be there and may be empty.
  func list(_ name: String) throws(BodyError) -> [MemberReader] {
    guard let member = members[name] else { throw missing(name) }
    return member.array?.isEmpty ?? false ? [] : try objects(name)
  }

  /// The elements of an array of texts; none where there is no such member.
  func texts(_ name: String) throws(BodyError) -> [String] {
    try elements(name).map { element throws(BodyError) in
      guard let text = element.string, !text.isEmpty else {
        throw .malformed("\u{201C}\(name)\u{201D} is not an array of texts")
      }
      return text
    }
  }

  private func elements(_ name: String) throws(BodyError) -> [JSON] {
    guard let member = members[name] else { return [] }
    guard let elements = member.array, !elements.isEmpty else {
      throw .malformed("\u{201C}\(name)\u{201D} is not an array with elements")
    }
    return elements
  }

  /// A number that is not negative.
  func count(_ name: String) throws(BodyError) -> Int {
    guard let member = members[name] else { throw missing(name) }
    guard let count = member.integer, count >= 0 else {
      throw .malformed("\u{201C}\(name)\u{201D} is not a count")
    }
    return count
  }

  func optionalCount(_ name: String) throws(BodyError) -> Int? {
    members[name] == nil ? nil : try count(name)
  }

  /// Whether it is so; it is not where there is no such member.
  func flag(_ name: String) throws(BodyError) -> Bool {
    guard let member = members[name] else { return false }
    guard case .bool(let flag) = member else {
      throw .malformed("\u{201C}\(name)\u{201D} is neither true nor false")
    }
    return flag
  }

  func optionalTime(_ name: String) throws(BodyError) -> Timestamp? {
    guard let text = try optionalText(name) else { return nil }
    guard let time = Timestamp(text) else {
      throw .malformed("\u{201C}\(name)\u{201D} is not a time in UTC with milliseconds")
    }
    return time
  }

  /// One of the values that this version knows.
  func value<Value: RawRepresentable<String>>(_ name: String) throws(BodyError) -> Value {
    let text = try text(name)
    guard let value = Value(rawValue: text) else {
      throw .unknownValue("\u{201C}\(name)\u{201D} is \u{201C}\(text)\u{201D}")
    }
    return value
  }

  /// Full record ids: sorted, each once.
  func ids(_ name: String) throws(BodyError) -> [RecordID] {
    guard let member = members[name] else { throw missing(name) }
    guard let elements = member.array else {
      throw .malformed("\u{201C}\(name)\u{201D} is not an array")
    }
    var ids: [RecordID] = []
    for element in elements {
      guard let text = element.string, let id = RecordID(text), ids.last.map({ $0 < id }) ?? true
      else { throw .malformed("\u{201C}\(name)\u{201D} is not a sorted array of full record ids") }
      ids.append(id)
    }
    return ids
  }

  func optionalIDs(_ name: String) throws(BodyError) -> [RecordID]? {
    members[name] == nil ? nil : try ids(name)
  }

  private func missing(_ name: String) -> BodyError {
    .malformed("\u{201C}\(name)\u{201D} is missing")
  }
}
