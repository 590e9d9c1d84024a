// The text of an error message, as a terminal shows it.

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
