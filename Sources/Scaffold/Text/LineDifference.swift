// Compares two texts line by line as git does, so that both find the same edits: where equal lines allow
// several answers, which one it is decides whether edits of two sides are the same edit.

/// The lines of two texts that differ.
struct LineDifference {
    /// Whether each line of the first text is missing from the second one.
    private(set) var isRemoved: [Bool]
    /// Whether each line of the second text is missing from the first one.
    private(set) var isAdded: [Bool]

    /// Compares two texts, by the numbers of their lines.
    init(_ old: [Int], _ new: [Int]) {
        isRemoved = [Bool](repeating: false, count: old.count)
        isAdded = [Bool](repeating: false, count: new.count)
        var (left, right) = (old.indices, new.indices)
        while let first = left.first, let other = right.first, old[first] == new[other] {
            (left, right) = (left.dropFirst(), right.dropFirst())
        }
        while let last = left.last, let other = right.last, old[last] == new[other] {
            (left, right) = (left.dropLast(), right.dropLast())
        }
        compare(old, left, new, right)
        Self.settle(&isRemoved, old, &isAdded)
        Self.settle(&isAdded, new, &isRemoved)
    }

    /// For each line of the first text the index of its line in the second one, or nil.
    var matches: [Int?] {
        var other = 0
        return isRemoved.map { isRemoved in
            if isRemoved { return nil }
            while isAdded[other] { other += 1 }
            defer { other += 1 }
            return other
        }
    }
}

// MARK: - The shortest difference

extension LineDifference {
    /// The maximum number of lines for the shortest difference: its time grows quadratically.
    private static let maxLines = 2_000

    /// Compares two parts, split at lines that occur once in both if they are long.
    private mutating func compare(
        _ old: [Int],
        _ left: Range<Int>,
        _ new: [Int],
        _ right: Range<Int>
    ) {
        var pending = [(left, right)]
        while let (left, right) = pending.popLast() {
            guard left.count + right.count > Self.maxLines else {
                compareShort(old, left, new, right)
                continue
            }
            let anchors = anchors(old, left, new, right)
            if anchors.isEmpty {
                // Comparing would take too long, so all lines count as changed.
                for index in left { isRemoved[index] = true }
                for index in right { isAdded[index] = true }
                continue
            }
            var start = (left.lowerBound, right.lowerBound)
            for anchor in anchors + [(left.upperBound, right.upperBound)] {
                pending.append((start.0..<anchor.0, start.1..<anchor.1))
                start = (anchor.0 + 1, anchor.1 + 1)
            }
        }
    }

    /// Compares two short parts.
    ///
    /// Lines that the other part does not have are changed in any case; without them, the others decide.
    private mutating func compareShort(
        _ old: [Int],
        _ left: Range<Int>,
        _ new: [Int],
        _ right: Range<Int>
    ) {
        let first = comparable(old, left, countedIn: new)
        let second = comparable(new, right, countedIn: old)
        for index in left { isRemoved[index] = true }
        for index in right { isAdded[index] = true }
        for index in first { isRemoved[index] = false }
        for index in second { isAdded[index] = false }
        var search = SnakeSearch(first.map { old[$0] }, second.map { new[$0] })
        let (removed, added) = search.run()
        for index in removed { isRemoved[first[index]] = true }
        for index in added { isAdded[second[index]] = true }
    }

    /// Returns the lines of a part that are worth comparing: those that the other part has, but not the
    /// very frequent ones between lines that it does not have.
    private func comparable(
        _ lines: [Int],
        _ range: Range<Int>,
        countedIn other: [Int]
    ) -> [Int] {
        var counts: [Int: Int] = [:]
        for line in other { counts[line, default: 0] += 1 }
        var limit = 1
        var count = lines.count
        while count > 0 { (limit, count) = (limit << 1, count >> 2) }
        limit = min(limit, 1024)
        enum Kind { case missing, comparable, frequent }
        let kinds = range.map { index -> Kind in
            let count = counts[lines[index]] ?? 0
            return count == 0 ? .missing : count >= limit ? .frequent : .comparable
        }
        func run(from place: Int, step: Int) -> (missing: Int, frequent: Int) {
            var (missing, frequent) = (0, 1)
            var next = place + step
            while kinds.indices.contains(next), abs(next - place) <= 100, kinds[next] != .comparable
            {
                if kinds[next] == .missing { missing += 1 } else { frequent += 1 }
                next += step
            }
            return (missing, frequent)
        }
        func isLost(_ place: Int) -> Bool {
            let before = run(from: place, step: -1)
            if before.missing == 0 { return false }
            let after = run(from: place, step: 1)
            if after.missing == 0 { return false }
            let (missing, frequent) = (
                before.missing + after.missing, before.frequent + after.frequent
            )
            return frequent * 4 < frequent + missing
        }
        return kinds.indices.filter { place in
            switch kinds[place] {
            case .missing: false
            case .comparable: true
            case .frequent: !isLost(place)
            }
        }.map { range.lowerBound + $0 }
    }
}

/// Finds the shortest difference of two sequences in linear memory (Myers, 1986: An O(ND) difference
/// algorithm and its variations, section 4b): from both ends to the middle, then in both halves.
private struct SnakeSearch {
    private let old: [Int]
    private let new: [Int]
    /// For each diagonal, how far the paths from the start and from the end have come in `old`.
    private var forward: [Int]
    private var backward: [Int]
    private var removed: [Int] = []
    private var added: [Int] = []
    /// The place of diagonal 0 in the two lists.
    private let origin: Int

    init(_ old: [Int], _ new: [Int]) {
        (self.old, self.new) = (old, new)
        origin = new.count + 1
        forward = [Int](repeating: 0, count: old.count + new.count + 3)
        backward = forward
    }

    mutating func run() -> (removed: [Int], added: [Int]) {
        var pending = [(old.indices, new.indices)]
        while var (left, right) = pending.popLast() {
            while let first = left.first, let other = right.first, old[first] == new[other] {
                (left, right) = (left.dropFirst(), right.dropFirst())
            }
            while let last = left.last, let other = right.last, old[last] == new[other] {
                (left, right) = (left.dropLast(), right.dropLast())
            }
            if left.isEmpty || right.isEmpty {
                removed += left
                added += right
                continue
            }
            let middle = middle(left, right)
            pending.append((left.lowerBound..<middle.0, right.lowerBound..<middle.1))
            pending.append((middle.0..<left.upperBound, middle.1..<right.upperBound))
        }
        return (removed, added)
    }

    /// Returns a place in the middle of a shortest path through two parts that differ.
    private mutating func middle(_ left: Range<Int>, _ right: Range<Int>) -> (Int, Int) {
        let lowest = left.lowerBound - right.upperBound
        let highest = left.upperBound - right.lowerBound
        let start = left.lowerBound - right.lowerBound
        let end = left.upperBound - right.upperBound
        let isOdd = (start - end) % 2 != 0
        var (first, last) = (start, start)
        var (firstBack, lastBack) = (end, end)
        forward[origin + start] = left.lowerBound
        backward[origin + end] = left.upperBound
        while true {
            if first > lowest {
                first -= 1
                forward[origin + first - 1] = -1
            } else {
                first += 1
            }
            if last < highest {
                last += 1
                forward[origin + last + 1] = -1
            } else {
                last -= 1
            }
            for diagonal in stride(from: last, through: first, by: -2) {
                let place = origin + diagonal
                var index = max(forward[place - 1] + 1, forward[place + 1])
                while index < left.upperBound, index - diagonal < right.upperBound,
                    old[index] == new[index - diagonal]
                { index += 1 }
                forward[place] = index
                if isOdd, firstBack <= diagonal, diagonal <= lastBack, backward[place] <= index {
                    return (index, index - diagonal)
                }
            }
            if firstBack > lowest {
                firstBack -= 1
                backward[origin + firstBack - 1] = .max
            } else {
                firstBack += 1
            }
            if lastBack < highest {
                lastBack += 1
                backward[origin + lastBack + 1] = .max
            } else {
                lastBack -= 1
            }
            for diagonal in stride(from: lastBack, through: firstBack, by: -2) {
                let place = origin + diagonal
                var index = min(backward[place - 1], backward[place + 1] - 1)
                while index > left.lowerBound, index - diagonal > right.lowerBound,
                    old[index - 1] == new[index - 1 - diagonal]
                { index -= 1 }
                backward[place] = index
                if !isOdd, first <= diagonal, diagonal <= last, index <= forward[place] {
                    return (index, index - diagonal)
                }
            }
        }
    }
}

// MARK: - One place for each edit

extension LineDifference {
    /// Moves each run of changed lines to the place that is the same for equal edits: as far down as equal
    /// lines allow, but to a changed run of the other text if there is one on the way.
    private static func settle(_ isChanged: inout [Bool], _ lines: [Int], _ others: inout [Bool]) {
        var (start, end) = (0, 0)
        var (otherStart, otherEnd) = (0, 0)
        while end < lines.count, isChanged[end] { end += 1 }
        while otherEnd < others.count, others[otherEnd] { otherEnd += 1 }
        func nextOther() {
            otherStart = otherEnd + 1
            otherEnd = otherStart
            while otherEnd < others.count, others[otherEnd] { otherEnd += 1 }
        }
        func previousOther() {
            otherEnd = otherStart - 1
            otherStart = otherEnd
            while otherStart > 0, others[otherStart - 1] { otherStart -= 1 }
        }
        func slideUp() -> Bool {
            guard start > 0, lines[start - 1] == lines[end - 1] else { return false }
            start -= 1
            isChanged[start] = true
            end -= 1
            isChanged[end] = false
            while start > 0, isChanged[start - 1] { start -= 1 }
            previousOther()
            return true
        }
        func slideDown() -> Bool {
            guard end < lines.count, lines[start] == lines[end] else { return false }
            isChanged[start] = false
            start += 1
            isChanged[end] = true
            end += 1
            while end < lines.count, isChanged[end] { end += 1 }
            nextOther()
            return true
        }
        while true {
            if start < end {
                var (size, earliest) = (0, 0)
                var isAligned = false
                repeat {
                    size = end - start
                    isAligned = false
                    while slideUp() {}
                    earliest = end
                    if otherEnd > otherStart { isAligned = true }
                    while slideDown() {
                        if otherEnd > otherStart { isAligned = true }
                    }
                } while size != end - start
                if end != earliest, isAligned {
                    while otherEnd == otherStart, slideUp() {}
                }
            }
            if end >= lines.count { return }
            start = end + 1
            end = start
            while end < lines.count, isChanged[end] { end += 1 }
            nextOther()
        }
    }
}
