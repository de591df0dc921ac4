import Release
import Testing

@Suite struct `A timestamp` {
  private struct Vectors: Decodable {
    struct Time: Decodable {
      let name: String
      let text: String
      let milliseconds: Int64?
    }

    let times: [Time]
  }

  @Test func `is read, or refused, as the vectors have it`() throws {
    for vector in try vectors("timestamps", as: Vectors.self).times {
      let time = Timestamp(vector.text)
      #expect(time?.milliseconds == vector.milliseconds, "\(vector.name)")
      if let time { #expect(time.description == vector.text, "\(vector.name)") }
    }
  }

  @Test func `is written as it was read, in every year from 0000 to 9999`() {
    var numbers = SeededNumbers(state: 4)
    func digits(_ number: Int, _ width: Int) -> String {
      String(String(number + 10_000).suffix(width))
    }
    var wrong: [String] = []
    for year in stride(from: 0, through: 9999, by: 9) {
      let month = Int.random(in: 1...12, using: &numbers)
      for day in [1, 28, Int.random(in: 1...28, using: &numbers)] {
        let text =
          "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))T"
          + "\(digits(Int.random(in: 0..<24, using: &numbers), 2)):"
          + "\(digits(Int.random(in: 0..<60, using: &numbers), 2)):"
          + "\(digits(Int.random(in: 0..<60, using: &numbers), 2))."
          + "\(digits(Int.random(in: 0..<1000, using: &numbers), 3))Z"
        if Timestamp(text)?.description != text { wrong.append(text) }
      }
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let leapDay = "\(digits(year, 4))-02-29T00:00:00.000Z"
      if (Timestamp(leapDay) != nil) != isLeap { wrong.append(leapDay) }
    }
    #expect(wrong.isEmpty)
  }

  @Test func `sorts as its text does`() {
    var numbers = SeededNumbers(state: 5)
    let times = (0..<1000).map { _ in
      Timestamp(
        milliseconds: Int64.random(in: -62_167_219_200_000...253_402_300_799_999, using: &numbers))
    }
    #expect(times.sorted().map(\.description) == times.map(\.description).sorted())
    #expect(times.compactMap { Timestamp($0.description) } == times)
  }

  @Test func `shows people its minute`() {
    #expect(Timestamp(milliseconds: 1_795_248_059_999).minute == "2026-11-21 08:00")
  }

  @Test func `moves by seconds, and never beyond what can be counted`() {
    #expect(Timestamp(milliseconds: 5).advanced(bySeconds: -2).milliseconds == -1995)
    #expect(Timestamp(milliseconds: 5).advanced(bySeconds: .max).milliseconds == .max)
    #expect(Timestamp(milliseconds: -5).advanced(bySeconds: .min).milliseconds == .min)
    #expect(Timestamp(milliseconds: .max).advanced(bySeconds: 1).milliseconds == .max)
  }
}
