// Merges two texts with a common base: a change on one side is taken, different changes on both
// sides are a conflict (Khanna, Kunal, Pierce: A formal investigation of diff3, 2007).

/// The result of merging two texts with a common base.
struct Merge: Hashable {
    /// The merged text, with markers around each conflict.
    let text: [UInt8]
    /// The number of conflicts.
    let conflicts: Int

    /// Merges two texts.
    ///
    /// - Parameters:
    ///   - base: The text from which both were made.
    ///   - yours: The user's text.
    ///   - theirs: The template's text.
    ///   - label: The name of the template's side in the markers.
    init(base: [UInt8], yours: [UInt8], theirs: [UInt8], label: String) {
        // An editor or git may have changed every line end. That does not count as an edit of every line.
        let isWindows =
            Self.endsInCRLF(yours) && !Self.endsInCRLF(base) && !Self.endsInCRLF(theirs)
        let (base, theirs) =
            isWindows ? (Self.withCRLF(base), Self.withCRLF(theirs)) : (base, theirs)
        let sides = [Lines(base), Lines(yours), Lines(theirs)]
        var numbering = LineNumbering()
        let numbers = sides.map { numbering.number($0) }
        var output = Output(label: label, lineEnd: Self.endsInCRLF(yours) ? "\r\n" : "\n")
        for chunk in Self.chunks(numbers[0], numbers[1], numbers[2]) {
            output.add(
                base: chunk.base.map { sides[0].lines[$0] },
                yours: chunk.yours.map { sides[1].lines[$0] },
                theirs: chunk.theirs.map { sides[2].lines[$0] }
            )
        }
        text = output.text
        conflicts = output.conflicts
    }

    /// A part of the three texts; its ends match in all of them.
    private struct Chunk {
        let base: Range<Int>
        let yours: Range<Int>
        let theirs: Range<Int>
    }

    /// Splits three texts at the places where all of them agree.
    private static func chunks(_ base: [Int], _ yours: [Int], _ theirs: [Int]) -> [Chunk] {
        let toYours = matches(base, yours)
        let toTheirs = matches(base, theirs)
        var chunks: [Chunk] = []
        var start = (base: 0, yours: 0, theirs: 0)
        func cut(_ end: (base: Int, yours: Int, theirs: Int)) {
            if start != end {
                chunks.append(
                    Chunk(
                        base: start.base..<end.base,
                        yours: start.yours..<end.yours,
                        theirs: start.theirs..<end.theirs
                    )
                )
            }
            start = end
        }
        for index in base.indices {
            guard let one = toYours[index], let two = toTheirs[index] else { continue }
            cut((index, one, two))
            cut((index + 1, one + 1, two + 1))
        }
        cut((base.count, yours.count, theirs.count))
        return chunks
    }

    /// Whether every line of a text ends with CRLF; false for a text without a line end.
    private static func endsInCRLF(_ text: [UInt8]) -> Bool {
        let ends = text.indices.filter { text[$0] == UInt8(ascii: "\n") }
        return !ends.isEmpty && ends.allSatisfy { $0 > 0 && text[$0 - 1] == UInt8(ascii: "\r") }
    }

    private static func withCRLF(_ text: [UInt8]) -> [UInt8] {
        text.flatMap { $0 == UInt8(ascii: "\n") ? [UInt8(ascii: "\r"), $0] : [$0] }
    }
}

/// The merged text so far.
private struct Output {
    let label: String
    let lineEnd: String
    private(set) var text: [UInt8] = []
    private(set) var conflicts = 0

    init(label: String, lineEnd: String) {
        self.label = label
        self.lineEnd = lineEnd
    }

    /// Adds a part: from the side that changed it, or from both sides between markers.
    mutating func add(
        base: [ArraySlice<UInt8>],
        yours: [ArraySlice<UInt8>],
        theirs: [ArraySlice<UInt8>]
    ) {
        if theirs == base || yours == theirs {
            add(yours)
        } else if yours == base {
            add(theirs)
        } else {
            // The common beginning and end of both sides are not part of the conflict.
            let head = zip(yours, theirs).prefix { $0 == $1 }.count
            let rest = (yours.dropFirst(head), theirs.dropFirst(head))
            let tail = zip(rest.0.reversed(), rest.1.reversed()).prefix { $0 == $1 }.count
            add(Array(yours.prefix(head)))
            conflicts += 1
            mark("<<<<<<< yours")
            add(Array(rest.0.dropLast(tail)))
            mark("=======")
            add(Array(rest.1.dropLast(tail)))
            mark(">>>>>>> \(label)")
            add(Array(yours.suffix(tail)))
        }
    }

    private mutating func add(_ lines: [ArraySlice<UInt8>]) {
        for line in lines { text += line }
    }

    /// Adds a marker on its own line.
    private mutating func mark(_ marker: String) {
        if let last = text.last, last != UInt8(ascii: "\n") { text += Array(lineEnd.utf8) }
        text += Array((marker + lineEnd).utf8)
    }
}
