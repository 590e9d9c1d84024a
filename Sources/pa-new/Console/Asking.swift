// How a question is asked: the prompt, the answer, and what is wrong with it.

import Mustache
import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A question was broken off: by Ctrl-C or Ctrl-D, or because the terminal was closed.
struct QuestionsEnded: Error {
    var diagnostic: Diagnostic {
        Diagnostic("interrupted at a question; nothing was written")
    }
}

/// Asks whether to go on.
///
/// - Parameters:
///   - prompt: The question.
///   - answer: The answer if the user types nothing.
/// - Returns: Whether the answer is yes.
/// - Throws: ``QuestionsEnded`` or ``OutputError``.
func confirm(_ prompt: String, default answer: Bool = false) throws -> Bool {
    try ask(prompt, default: answer, show: { $0 ? "yes" : "no" }) { line in
        switch line.lowercased() {
        case "y", "yes": true
        case "n", "no": false
        default: throw AnswerProblem.notYesOrNo
        }
    }
}

/// Asks for one of several things by its number.
///
/// - Parameters:
///   - prompt: The question.
///   - rows: What each is; the first is the default.
/// - Returns: The index of the chosen one.
/// - Throws: ``QuestionsEnded`` or ``OutputError``.
func askNumber(_ prompt: String, _ rows: [String]) throws -> Int {
    let numbers = rows.indices.map { String($0 + 1) }
    let answer = try choose(prompt, rows, numbers, default: "1")
    return (Int(answer) ?? 1) - 1
}

/// Asks for one of several words; the user types the word or its number.
///
/// - Parameters:
///   - prompt: The question.
///   - help: A line with more explanation.
///   - rows: What each word means.
///   - words: The words.
///   - answer: The word if the user types nothing; nil if there is no default.
/// - Returns: The word.
/// - Throws: ``QuestionsEnded`` or ``OutputError``.
func choose(
    _ prompt: String,
    help: String? = nil,
    _ rows: [String],
    _ words: [String],
    default answer: String?
) throws -> String {
    try show(prompt, help)
    let width = String(rows.count).count
    for (index, row) in rows.enumerated() {
        let number = String(index + 1)
        let indent = String(repeating: " ", count: 2 + width - number.count)
        try Stream.error.write(block(row, after: "\(indent)\(number). "))
    }
    return try ask("Number or name", default: answer, show: { $0 }) { line in
        // If one of the words is this number, it is the answer.
        if words.contains(line) { return line }
        if let number = Int(line), words.indices.contains(number - 1) { return words[number - 1] }
        throw AnswerProblem.notAChoice(nearest: nearest(to: line, in: words), words: words)
    }
}

/// Shows a question with its help, above the line for the answer.
///
/// - Parameters:
///   - prompt: The question.
///   - help: A line with more explanation, if there is any.
/// - Throws: ``OutputError``.
func show(_ prompt: String, _ help: String?) throws(OutputError) {
    try Stream.error.write(block(prompt, after: ""))
    if let help { try Stream.error.write(block(help, after: "  ")) }
}

/// Asks until the answer is valid.
///
/// - Parameters:
///   - prompt: The question.
///   - answer: The answer if the user types nothing; nil if there is no default.
///   - show: Turns the default into the text that the prompt shows.
///   - read: Turns a line into an answer; throws the reason if the line is not valid.
///   - hint: Returns a text about valid answers, for the prompt of a question without a default.
/// - Returns: The answer.
/// - Throws: ``QuestionsEnded`` or ``OutputError``.
func ask<Value>(
    _ prompt: String,
    default answer: Value?,
    show: (Value) -> String,
    read: (String) throws -> Value,
    hint: () -> String? = { nil }
) throws -> Value {
    let aside = (answer.map(show) ?? hint()).map { " [\(plainOrQuoted($0))]" } ?? ""
    let whole =
        wrapped(plainOrQuoted(prompt) + aside + ":", to: width).joined(separator: "\n") + " "
    while true {
        try Stream.error.write(whole)
        guard let typed = readAnswer() else {
            try Stream.error.write("\n")
            throw QuestionsEnded()
        }
        let line = String(
            typed.drop { $0 == " " || $0 == "\t" }.reversed()
                .drop { $0 == " " || $0 == "\t" }.reversed()
        )
        do {
            if line.isEmpty {
                if let answer { return answer }
                throw Unusable(sentence: "please type an answer")
            }
            // This character is in the place of invalid UTF-8.
            if line.contains("\u{FFFD}") { throw Unusable(sentence: "this is not valid UTF-8") }
            return try read(line)
        } catch let line as Unusable {
            try complain(line.sentence)
        } catch let problem as AnswerProblem {
            try complain("\(quoted(line)): \(problem)")
        } catch let error as ScaffoldError {
            try complain(sentence(error))
        }
    }
}

/// Reads a line of the terminal; nil if the user presses Ctrl-C or Ctrl-D, or the terminal is closed.
func readAnswer() -> String? {
    var before = sigaction()
    sigaction(SIGINT, nil, &before)
    defer { sigaction(SIGINT, &before, nil) }
    // Ctrl-C does nothing but end the call of read(2); Swift's readLine() would go on.
    signal(SIGINT) { _ in }
    var interrupting = sigaction()
    sigaction(SIGINT, nil, &interrupting)
    interrupting.sa_flags &= ~Int32(SA_RESTART)
    sigaction(SIGINT, &interrupting, nil)
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count < 0 { return nil }
        if count == 0 { return line.isEmpty ? nil : String(decoding: line, as: UTF8.self) }
        if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
        line.append(byte)
    }
}

/// A line that is not a valid answer to any question.
struct Unusable: Error {
    let sentence: String
}

/// Returns the message and the reason as one sentence, and a name that is possible.
///
/// - Parameter error: Why an answer is refused.
/// - Returns: The sentence.
func sentence(_ error: ScaffoldError) -> String {
    let diagnostic = error.diagnostic
    let sentence = diagnostic.message + (diagnostic.reason.map { ": " + $0 } ?? "")
    guard case .invalidName(_, _, let suggestion) = error else { return sentence }
    return sentence + "; try \(suggestion)"
}

/// Prints what is wrong with an answer, before the question comes again.
///
/// - Parameter sentence: The sentence.
/// - Throws: ``OutputError``.
func complain(_ sentence: String) throws(OutputError) {
    let mark = Stream.error.hasColour ? "\u{1B}[31m!\u{1B}[0m" : "!"
    try Stream.error.write(lines(of: sentence, after: "  \(mark) ", width: 4))
}

/// The number of characters in a line of the terminal: at least some, so that a word has room.
private var width: Int { max(Stream.error.style.width ?? 80, 20) }

/// Returns a text as whole lines, safe for the terminal.
private func block(_ text: String, after head: String) -> String {
    lines(of: plainOrQuoted(text), after: head, width: head.count)
}

/// Returns a text as whole lines that start below each other.
private func lines(of text: String, after head: String, width indent: Int) -> String {
    let rest = "\n" + String(repeating: " ", count: indent)
    return head + wrapped(text, to: width - indent).joined(separator: rest) + "\n"
}
