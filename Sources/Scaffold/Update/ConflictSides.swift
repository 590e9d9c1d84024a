// Takes the conflicts of a file whole: all from the user's side, or all from the template's.

/// A side of a conflict.
public enum ConflictSide: Sendable, Hashable {
    /// The user's lines.
    case ours
    /// The template's lines.
    case theirs
}

/// Returns a text with one side of each of its conflicts.
///
/// - Parameters:
///   - text: A text with conflict markers.
///   - side: The side to take.
/// - Returns: The text without markers; nil if it is not clear where a side begins or ends.
func resolved(_ text: [UInt8], taking side: ConflictSide) -> [UInt8]? {
    enum Part { case outside, ours, theirs }
    var part = Part.outside
    var result: [UInt8] = []
    for line in Lines(text).lines {
        let bare = line.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        if bare.elementsEqual("<<<<<<< yours".utf8) {
            guard part == .outside else { return nil }
            part = .ours
        } else if part != .outside, bare.elementsEqual("=======".utf8) {
            // A second one can be a line of either side, such as one below a heading.
            guard part == .ours else { return nil }
            part = .theirs
        } else if part != .outside, bare.starts(with: ">>>>>>> pa-new".utf8) {
            guard part == .theirs else { return nil }
            part = .outside
        } else if part == .outside || (part == .ours) == (side == .ours) {
            result += line
        }
    }
    return part == .outside ? result : nil
}
