// Texts for a terminal: error messages and wrapped lines.

import Scaffold

/// Returns the text of an error: what happened, why, and what to do.
///
/// - Parameters:
///   - diagnostic: The message of the error.
///   - colour: Whether to colour the first word.
/// - Returns: Whole lines.
func text(of diagnostic: Diagnostic, colour: Bool) -> String {
    var text = (colour ? "\u{1B}[31mpa-new:\u{1B}[0m " : "pa-new: ") + diagnostic.message + "\n"
    if let reason = diagnostic.reason { text += "   why: \(reason)\n" }
    if let hint = diagnostic.hint { text += "  help: \(hint)\n" }
    return text
}

/// Wraps a text into lines of at most `width` characters; a longer word stays whole.
///
/// - Parameters:
///   - text: The text.
///   - width: The maximum length of a line, in characters.
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
