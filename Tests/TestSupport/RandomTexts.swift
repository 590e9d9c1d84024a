// Random texts and edits, the same in each run.

extension SplitMix {
    /// Returns the lines of a text, some of them equal.
    public mutating func lines(_ counts: ClosedRange<Int>) -> [String] {
        (0..<Int.random(in: counts, using: &self)).map { _ in
            Int.random(in: 0..<4, using: &self) == 0
                ? ["", "}", "    return"].randomElement(using: &self) ?? ""
                : "line \(Int.random(in: 0..<1_000_000, using: &self))"
        }
    }

    /// Returns a text with some lines changed, added and removed.
    public mutating func edited(_ lines: [String], edits: ClosedRange<Int>) -> [String] {
        var lines = lines
        for _ in 0..<Int.random(in: edits, using: &self) {
            let place = Int.random(in: 0...lines.count, using: &self)
            switch Int.random(in: 0..<3, using: &self) {
            case 0: lines.insert(contentsOf: self.lines(1...3), at: place)
            case 1 where place < lines.count: lines.remove(at: place)
            case 2 where place < lines.count: lines[place] += " edited"
            default: break
            }
        }
        return lines
    }

    /// Returns lines as a text; the last line may lack a line end.
    public mutating func text(_ lines: [String]) -> [UInt8] {
        let text = lines.joined(separator: "\n")
        return Array((Bool.random(using: &self) || text.isEmpty ? text : text + "\n").utf8)
    }
}
