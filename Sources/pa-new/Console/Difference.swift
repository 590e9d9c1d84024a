// The differences between two files, in the unified format of diff(1) and git.

import Scaffold

/// The size up to which files are compared line by line, in bytes.
let longestCompared = 8 << 20

/// Returns the differences between two files, in the unified format.
///
/// - Parameters:
///   - old: The contents of the old file.
///   - new: The contents of the new file.
///   - path: The path of both, for the heading.
/// - Returns: Whole lines, safe on any terminal.
func difference(from old: [UInt8], to new: [UInt8], path: String) -> String {
    guard String(validating: old, as: UTF8.self) != nil,
        String(validating: new, as: UTF8.self) != nil
    else { return "one of them is not text: \(old.count) and \(new.count) bytes\n" }
    let oldLines = Lines(old)
    let newLines = Lines(new)
    guard oldLines.lines.count + newLines.lines.count <= 20_000 else {
        return "they are too long to show: \(oldLines.lines.count) and "
            + "\(newLines.lines.count) lines\n"
    }
    var text =
        "--- \(printable(path, keeping: ["\t"])) (there)\n+++ \(printable(path, keeping: ["\t"])) (new)\n"
    for hunk in hunks(edits(from: oldLines, to: newLines)) { text += hunk }
    return text
}

/// One line of a difference, with its line end.
private enum Edit {
    case same(ArraySlice<UInt8>)
    case old(ArraySlice<UInt8>)
    case new(ArraySlice<UInt8>)

    var isSame: Bool { if case .same = self { true } else { false } }
}

/// Returns the lines of both files in one order.
private func edits(from old: Lines, to new: Lines) -> [Edit] {
    var edits: [Edit] = []
    var next = 0
    for (line, match) in zip(old.lines, matches(old, new)) {
        guard let match else {
            edits.append(.old(line))
            continue
        }
        edits += new.lines[next..<match].map { .new($0) }
        edits.append(.same(line))
        next = match + 1
    }
    return edits + new.lines[next...].map { .new($0) }
}

/// Returns the parts that differ, each with three lines around it.
private func hunks(_ edits: [Edit]) -> [String] {
    let around = 3
    var hunks: [String] = []
    var index = 0
    var (oldLine, newLine) = (1, 1)
    while let first = edits[index...].firstIndex(where: { !$0.isSame }) {
        // Up to the first difference, the lines of both files are the same.
        let start = max(index, first - around)
        oldLine += start - index
        newLine += start - index
        var end = first + 1
        while let next = edits[end...].firstIndex(where: { !$0.isSame }), next - end <= 2 * around {
            end = next + 1
        }
        end = min(edits.count, end + around)
        var body = ""
        var (oldCount, newCount) = (0, 0)
        for edit in edits[start..<end] {
            switch edit {
            case .same(let line):
                body += marked(" ", line)
                oldCount += 1
                newCount += 1
            case .old(let line):
                body += marked("-", line)
                oldCount += 1
            case .new(let line):
                body += marked("+", line)
                newCount += 1
            }
        }
        // The number of an empty side is that of the line before it.
        let oldStart = oldCount == 0 ? oldLine - 1 : oldLine
        let newStart = newCount == 0 ? newLine - 1 : newLine
        hunks.append("@@ -\(oldStart),\(oldCount) +\(newStart),\(newCount) @@\n" + body)
        oldLine += oldCount
        newLine += newCount
        index = end
    }
    return hunks
}

/// Returns a line with its mark, and a note if its line end is missing.
private func marked(_ mark: String, _ line: ArraySlice<UInt8>) -> String {
    let hasEnd = line.last == UInt8(ascii: "\n")
    let text = String(decoding: hasEnd ? line.dropLast() : line, as: UTF8.self)
    return mark + printable(text, keeping: ["\t"]) + "\n"
        + (hasEnd ? "" : "\\ No newline at end of file\n")
}
