/// The lines of one note: split at line feeds alone, never at what Unicode calls a line break.
package enum NoteText {
  /// The lines of a note, without their line feeds, empty ones left out: git puts those between
  /// notes that it concatenates.
  package static func lines(of note: [UInt8]) -> [[UInt8]] {
    note.split(separator: UInt8(ascii: "\n")).map(Array.init)
  }

  /// The note that holds all the lines: sorted by bytes, each once, each ended by a line feed.
  package static func joining(_ lines: some Sequence<[UInt8]>) -> [UInt8] {
    Set(lines).filter { !$0.isEmpty }
      .sorted { $0.lexicographicallyPrecedes($1) }
      .flatMap { $0 + [UInt8(ascii: "\n")] }
  }
}
