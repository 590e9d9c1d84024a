// Texts as lines, and which lines of two texts belong together.

/// A text as its lines, each with its line end.
package struct Lines {
    /// The lines; only the last can be without a line end.
    package let lines: [ArraySlice<UInt8>]

    /// Cuts a text behind each line feed.
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

/// Numbers lines, the same line by the same number, so that comparing them costs nothing.
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

/// Finds for each line of one text the same line of another.
///
/// - Parameters:
///   - old: The one text.
///   - new: The other text.
/// - Returns: For each line of `old` the index of its line in `new`, or nil; the indices grow.
package func matches(_ old: Lines, _ new: Lines) -> [Int?] {
    var numbering = LineNumbering()
    return matches(numbering.number(old), numbering.number(new))
}

/// Finds for each line of one text the line of another that it became.
///
/// - Parameters:
///   - old: The lines of the one text, by number.
///   - new: The lines of the other, by number.
/// - Returns: For each line of `old` the index of the same line in `new`, or nil; the indices grow.
func matches(_ old: [Int], _ new: [Int]) -> [Int?] {
    var result = [Int?](repeating: nil, count: old.count)
    var pending = [(0..<old.count, 0..<new.count)]
    while var (left, right) = pending.popLast() {
        while let first = left.first, let other = right.first, old[first] == new[other] {
            result[first] = other
            left.removeFirst()
            right.removeFirst()
        }
        while let last = left.last, let other = right.last, old[last] == new[other] {
            result[last] = other
            left.removeLast()
            right.removeLast()
        }
        guard !left.isEmpty, !right.isEmpty else { continue }
        if left.count + right.count <= smallEnough {
            shortest(old, left, new, right, &result)
            continue
        }
        // Lines that both have once are surely the same; between them the texts are short.
        let anchors = growing(unique(old, left, new, right))
        if anchors.isEmpty {
            // Nothing marks a place: what cannot be told apart in bounded time stays unmatched.
            continue
        }
        var start = (left.lowerBound, right.lowerBound)
        for anchor in anchors + [(left.upperBound, right.upperBound)] {
            pending.append((start.0..<anchor.0, start.1..<anchor.1))
            if anchor.0 < left.upperBound { result[anchor.0] = anchor.1 }
            start = (anchor.0 + 1, anchor.1 + 1)
        }
    }
    return result
}

/// The number of lines up to which the shortest difference is looked for: its time and memory grow
/// with their square.
private let smallEnough = 2_000

/// Matches lines by the shortest difference, which the standard library computes (Myers, 1986).
private func shortest(
    _ old: [Int],
    _ left: Range<Int>,
    _ new: [Int],
    _ right: Range<Int>,
    _ result: inout [Int?]
) {
    let difference = Array(new[right]).difference(from: Array(old[left]))
    var removed = Set<Int>()
    var inserted = Set<Int>()
    for change in difference {
        switch change {
        case .remove(let offset, _, _): removed.insert(offset)
        case .insert(let offset, _, _): inserted.insert(offset)
        }
    }
    var other = right.lowerBound
    for index in left where !removed.contains(index - left.lowerBound) {
        while inserted.contains(other - right.lowerBound) { other += 1 }
        result[index] = other
        other += 1
    }
}

/// Returns the pairs of equal lines that either side has once, in the order of the first.
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

/// Returns the longest run of pairs whose second numbers grow: patience sorting.
private func growing(_ pairs: [(Int, Int)]) -> [(Int, Int)] {
    // For each pile the pair on top of it; for each pair the one before it in its run.
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
