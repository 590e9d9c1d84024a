// The text of an error message, as a terminal shows it.

import Scaffold

/// Returns the text of an error: what happened, why, and what to do.
///
/// The error can have a text of a stranger's template or record in it, so nothing in it controls the terminal.
///
/// - Parameters:
///   - diagnostic: The message of the error.
///   - colour: Whether to colour the first word.
/// - Returns: Whole lines.
func text(of diagnostic: Diagnostic, colour: Bool) -> String {
    func shown(_ text: String) -> String { printable(text, keeping: ["\n", "\t"]) }
    var text = colour ? "\u{1B}[31mpa-new:\u{1B}[0m " : "pa-new: "
    text += shown(diagnostic.message) + "\n"
    if let reason = diagnostic.reason { text += "   why: \(shown(reason))\n" }
    if let hint = diagnostic.hint { text += "  help: \(shown(hint))\n" }
    return text
}
