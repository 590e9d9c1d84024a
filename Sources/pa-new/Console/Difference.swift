// What differs between two files, in the unified form that diff(1) and git have made known.

import Scaffold

/// Returns what differs between two files, in the unified form.
///
/// - Parameters:
///   - old: What one file holds.
///   - new: What the other one holds.
///   - path: The path of both, for the heading.
/// - Returns: Whole lines, safe on any terminal.
func difference(from old: [UInt8], to new: [UInt8], path: String) -> String {
    guard let oldText = String(validating: old, as: UTF8.self),
        let newText = String(validating: new, as: UTF8.self)
    else { return "one of them is not text: \(old.count) and \(new.count) bytes\n" }
    let oldLines = lines(of: oldText)
    let newLines = lines(of: newText)
    // The search for the shortest way takes the product of size and difference.
    guard oldLines.count + newLines.count <= 20_000 else {
        return "they are too long to show: \(oldLines.count) and \(newLines.count) lines\n"
    }
    var text =
        "--- \(printable(path, keeping: ["\t"])) (there)\n+++ \(printable(path, keeping: ["\t"])) (new)\n"
    for hunk in hunks(edits(from: oldLines, to: newLines)) { text += hunk }
    return text
}

/// One line of a difference.
private enum Edit {
    case same(Substring)
    case old(Substring)
    case new(Substring)

    var isSame: Bool { if case .same = self { true } else { false } }
}

/// Returns lines with their ends, so that a missing last one shows.
private func lines(of text: String) -> [Substring] {
    var lines: [Substring] = []
    var rest = text.unicodeScalars[...]
    while let end = rest.firstIndex(of: "\n") {
        let next = rest.index(after: end)
        lines.append(Substring(rest[..<next]))
        rest = rest[next...]
    }
    if !rest.isEmpty { lines.append(Substring(rest)) }
    return lines
}

/// Returns the lines of both files in one order.
private func edits(from old: [Substring], to new: [Substring]) -> [Edit] {
    var removed = Set<Int>()
    var inserted = Set<Int>()
    for change in new.difference(from: old) {
        switch change {
        case .remove(let offset, _, _): removed.insert(offset)
        case .insert(let offset, _, _): inserted.insert(offset)
        }
    }
    var edits: [Edit] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
        if left < old.count, removed.contains(left) {
            edits.append(.old(old[left]))
            left += 1
        } else if right < new.count, inserted.contains(right) {
            edits.append(.new(new[right]))
            right += 1
        } else {
            edits.append(.same(old[left]))
            left += 1
            right += 1
        }
    }
    return edits
}

/// Returns the parts that differ, each with three lines around it.
private func hunks(_ edits: [Edit]) -> [String] {
    let around = 3
    var hunks: [String] = []
    var index = 0
    var (oldLine, newLine) = (1, 1)
    while let first = edits[index...].firstIndex(where: { !$0.isSame }) {
        // Before the first difference both go line by line.
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
        // An empty side counts from the line before it.
        let oldStart = oldCount == 0 ? oldLine - 1 : oldLine
        let newStart = newCount == 0 ? newLine - 1 : newLine
        hunks.append("@@ -\(oldStart),\(oldCount) +\(newStart),\(newCount) @@\n" + body)
        oldLine += oldCount
        newLine += newCount
        index = end
    }
    return hunks
}

/// Returns a line with its mark, and with a note where its end is missing.
private func marked(_ mark: String, _ line: Substring) -> String {
    line.unicodeScalars.last == "\n"
        ? mark + printable(String(line.unicodeScalars.dropLast()), keeping: ["\t"]) + "\n"
        : mark + printable(line, keeping: ["\t"]) + "\n\\ No newline at end of file\n"
}
