import Release

// What is asked of a release's tag by all who approve, decide or deploy.
extension ReleaseCase {
  /// Nobody does so by what is no tag of a release.
  ///
  /// - Parameter refusal: What does not go, as in "it cannot be signed off".
  func requireSoundTag(otherwise refusal: String) throws {
    guard !tag.isSound else { return }
    if let movedTag { throw Failure(.refused, "\(movedTag.safe): \(refusal)", hint: settleTag) }
    let name = release.description.safe
    throw Failure(
      .refused, "the tag \(name) is not a release: \(refusal)",
      hint: "deed verify \(release)   # says what is wrong with it")
  }

  /// Nobody does so by what may be another release than the one that was cut.
  ///
  /// - Parameter use: What would be done with it, as in "approved".
  func requireUnmovedTag(toBe use: String) throws {
    guard let movedTag else { return }
    throw Failure(
      .refused, "\(movedTag.safe): nobody can tell what would be \(use)", hint: settleTag)
  }
}
