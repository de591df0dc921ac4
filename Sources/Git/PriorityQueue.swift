/// A binary heap: `popFirst` takes the greatest element.
struct PriorityQueue<Element: Comparable> {
  private var elements: [Element] = []

  var first: Element? { elements.first }

  mutating func insert(_ element: Element) {
    elements.append(element)
    elements.withUnsafeMutableBufferPointer { elements in
      var place = elements.count - 1
      while place > 0 {
        let parent = (place - 1) / 2
        guard element > elements[parent] else { break }
        elements[place] = elements[parent]
        place = parent
      }
      elements[place] = element
    }
  }

  mutating func popFirst() -> Element? {
    guard let first = elements.first, let last = elements.popLast() else { return nil }
    guard !elements.isEmpty else { return first }
    // The last one sinks from the top; the greater ones rise into its place.
    elements.withUnsafeMutableBufferPointer { elements in
      var place = 0
      while true {
        var child = 2 * place + 1
        guard child < elements.count else { break }
        if child + 1 < elements.count, elements[child + 1] > elements[child] { child += 1 }
        guard elements[child] > last else { break }
        elements[place] = elements[child]
        place = child
      }
      elements[place] = last
    }
    return first
  }
}
