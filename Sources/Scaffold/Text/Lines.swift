// Splits texts into lines, and matches the lines of two texts.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The lines of a text, each with its line end.
package struct Lines {
    /// The lines; only the last one can lack a line end.
    package let lines: [ArraySlice<UInt8>]

    /// The size of the text, in bytes.
    var byteCount: Int { lines.reduce(0) { $0 + $1.count } }

    /// Splits a text after each line feed.
    ///
    /// - Parameter text: The text, in any encoding that has ASCII's line feed.
    package init(_ text: [UInt8]) {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for (index, byte) in text.enumerated() where byte == UInt8(ascii: "\n") {
            lines.append(text[start...index])
            start = index + 1
        }
        if start < text.count { lines.append(text[start...]) }
        self.lines = lines
    }
}

/// The starts of a text's lines, one after the other.
///
/// The lines are not kept: a text can have a hundred million of them.
struct LineStarts: Sequence, IteratorProtocol {
    private let text: [UInt8]
    private var start = 0
    private var number = 0

    /// Goes through a text.
    init(_ text: [UInt8]) { self.text = text }

    /// Returns the number of the next line, and where it starts.
    mutating func next() -> (number: Int, start: Int)? {
        let place = start
        guard place < text.count else { return nil }
        start = text.withUnsafeBytes { text in
            guard let first = text.baseAddress else { return text.count }
            // The C library looks at many bytes at a time.
            let end = memchr(first + place, Int32(UInt8(ascii: "\n")), text.count - place)
            return end.map { UnsafeRawPointer($0) - first + 1 } ?? text.count
        }
        number += 1
        return (number, place)
    }
}

extension [UInt8] {
    /// Whether a marker, which has at least one byte, is at a place.
    func has(_ marker: String, at place: Int) -> Bool {
        // Nearly always, the first byte is another one.
        self[place] == marker.utf8.first && self[place...].starts(with: marker.utf8)
    }
}

/// Returns the line that starts with the first of some markers, if lines with the others follow.
///
/// - Parameters:
///   - markers: The markers, in their order.
///   - text: The text.
/// - Returns: The number of the line with the first marker; nil if there are not all of them.
func lineOfMarkers(_ markers: [String], in text: [UInt8]) -> Int? {
    var first: Int?
    var missing = markers[...]
    for (number, start) in LineStarts(text) {
        guard let marker = missing.first else { break }
        guard text.has(marker, at: start) else { continue }
        first = first ?? number
        missing.removeFirst()
    }
    return missing.isEmpty ? first : nil
}

/// Numbers lines: equal lines get the same number, so that comparing them is cheap.
struct LineNumbering {
    private var numbers: [ArraySlice<UInt8>: Int] = [:]

    /// Returns the number of each line of a text.
    mutating func number(_ text: Lines) -> [Int] {
        text.lines.map { line in
            if let known = numbers[line] { return known }
            numbers[line] = numbers.count
            return numbers.count - 1
        }
    }
}

/// Matches each line of a text with the same line of another text.
///
/// - Parameters:
///   - old: The first text.
///   - new: The second text.
/// - Returns: For each line of `old` the index of its line in `new`, or nil; the indices increase.
package func matches(_ old: Lines, _ new: Lines) -> [Int?] {
    var numbering = LineNumbering()
    return matches(numbering.number(old), numbering.number(new))
}

/// Matches each line of a text with the same line of another text, by their numbers.
///
/// - Parameters:
///   - old: The numbers of the first text's lines.
///   - new: The numbers of the second text's lines.
/// - Returns: For each line of `old` the index of its line in `new`, or nil; the indices increase.
func matches(_ old: [Int], _ new: [Int]) -> [Int?] {
    LineDifference(old, new).matches
}

/// Returns lines that match reliably, in two parts: those that occur once in both.
func anchors(_ old: [Int], _ left: Range<Int>, _ new: [Int], _ right: Range<Int>) -> [(Int, Int)] {
    growing(unique(old, left, new, right))
}

/// Returns the pairs of equal lines that occur once on each side, in the order of the first side.
private func unique(
    _ old: [Int],
    _ left: Range<Int>,
    _ new: [Int],
    _ right: Range<Int>
) -> [(Int, Int)] {
    func places(_ lines: ArraySlice<Int>) -> [Int: Int?] {
        var places: [Int: Int?] = [:]
        for index in lines.indices {
            places[lines[index]] = places[lines[index]] == nil ? .some(index) : .some(nil)
        }
        return places
    }
    let there = places(new[right])
    return places(old[left]).compactMap { line, index -> (Int, Int)? in
        guard let index, let other = there[line] ?? nil else { return nil }
        return (index, other)
    }.sorted { $0.0 < $1.0 }
}

/// Returns the longest run of pairs with increasing second numbers (patience sorting).
private func growing(_ pairs: [(Int, Int)]) -> [(Int, Int)] {
    // For each pile its top pair; for each pair the previous pair in its run.
    var piles: [Int] = []
    var before = [Int?](repeating: nil, count: pairs.count)
    for index in pairs.indices {
        var low = 0
        var high = piles.count
        while low < high {
            let middle = (low + high) / 2
            if pairs[piles[middle]].1 < pairs[index].1 { low = middle + 1 } else { high = middle }
        }
        before[index] = low > 0 ? piles[low - 1] : nil
        if low == piles.count { piles.append(index) } else { piles[low] = index }
    }
    var run: [(Int, Int)] = []
    var next = piles.last
    while let index = next {
        run.append(pairs[index])
        next = before[index]
    }
    return run.reversed()
}
