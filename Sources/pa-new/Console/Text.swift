// Texts for a terminal: an error in lines, long lines wrapped, paths that cannot steer it.

import Scaffold

/// Returns an error for people: what happened, why, and what to do.
///
/// - Parameters:
///   - diagnostic: The error in words.
///   - colour: Whether to set the first word off.
/// - Returns: Whole lines.
func text(of diagnostic: Diagnostic, colour: Bool) -> String {
    var text = (colour ? "\u{1B}[31mpa-new:\u{1B}[0m " : "pa-new: ") + diagnostic.message + "\n"
    if let reason = diagnostic.reason { text += "   why: \(reason)\n" }
    if let hint = diagnostic.hint { text += "  help: \(hint)\n" }
    return text
}

/// Returns a text in lines of at most so many characters, as far as its words allow.
///
/// - Parameters:
///   - text: The text.
///   - width: The number of characters.
/// - Returns: The lines, without their ends.
func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
        if let line = lines.last, line.count + 1 + word.count <= width {
            lines[lines.count - 1] = line + " " + word
        } else {
            lines.append(String(word))
        }
    }
    return lines
}
