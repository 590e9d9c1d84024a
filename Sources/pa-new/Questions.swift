// What a person at a terminal is asked, where the words of the command line leave something open.

import Scaffold

/// The questions ended before the last answer: Ctrl-D, or a terminal that went away.
struct QuestionsEnded: Error {
    var explanation: Explanation {
        Explanation("stopped before the last answer: nothing was written")
    }
}

/// Completes a request by asking for what was not said.
///
/// Bare, for a project without a name, that is the name, the framework and the account; in any case
/// the questions of a template.
///
/// - Parameters:
///   - request: What was asked for.
///   - catalog: The frameworks to choose from.
/// - Returns: The request, with an answer to everything that was asked.
/// - Throws: ``QuestionsEnded``, ``OutputError``, or ``ScaffoldError`` for what was said already.
func completed(_ request: Request, from catalog: Catalog) throws -> Request {
    var request = request
    let isBare = request.name == nil
    // What was said already is looked at first: nobody should answer questions in vain.
    var framework = try catalog.framework(for: request)
    if isBare {
        request.name = try ask("Name of the project", standard: "hello", show: { $0 }) { text in
            try catalog.projectName(text, for: framework).folder
        }
    } else if let name = request.name {
        _ = try catalog.projectName(name, for: framework)
    }
    if isBare, request.framework == nil, request.template == nil {
        let words = catalog.frameworks.map(\.name)
        let rows = catalog.frameworks.map { "\($0.name): \($0.manifest.summary)" }
        let word = try choose("Framework", rows, words, standard: catalog.standard.name)
        request.framework = word
        framework = try catalog.framework(named: word)
    }
    if isBare, request.user == nil {
        let user = try ask("Account on the host", standard: "", show: { _ in "none yet" }) { text in
            try AccountName(text).description
        }
        if !user.isEmpty { request.user = user }
    }
    try askQuestions(of: framework, &request)
    return request
}

/// Asks a template's questions that have no answer yet.
private func askQuestions(of framework: Framework, _ request: inout Request) throws {
    guard !framework.manifest.questions.isEmpty else { return }
    var questionnaire = try Questionnaire(
        framework.manifest.questions,
        given: (request.answersFile.map { try readAnswers($0) } ?? []) + request.answers,
        hasUser: request.user != nil
    )
    while let question = try questionnaire.next() {
        let value = try ask(question)
        questionnaire.answer(value)
        request.answers.append(
            GivenAnswer(key: question.key, value: .value(value), origin: .option)
        )
    }
}

/// Asks one question of a template.
private func ask(_ question: Question) throws -> AnswerValue {
    if let help = question.help { try Stream.error.write("  \(shown(help))\n") }
    if case .choice(let words) = question.kind {
        var standard: String?
        if case .text(let word)? = question.standard { standard = word }
        return .text(try choose(question.prompt, words, words, standard: standard))
    }
    return try ask(question.prompt, standard: question.standard, show: text(of:)) { line in
        try question.answer(typed: line)
    } hint: {
        question.kind == .bool ? "yes or no" : nil
    }
}

/// Returns how a default is shown.
private func text(of value: AnswerValue) -> String {
    switch value {
    case .text(""): "none"
    case .text(let text): text
    case .bool(let truth): truth ? "yes" : "no"
    case .integer(let number): String(number)
    }
}

/// Asks for one of some words, which is typed, or chosen by its number.
private func choose(
    _ prompt: String,
    _ rows: [String],
    _ words: [String],
    standard: String?
) throws -> String {
    var list = shown(prompt) + "\n"
    for (index, row) in rows.enumerated() { list += "  \(index + 1). \(shown(row))\n" }
    try Stream.error.write(list)
    return try ask("Number or word", standard: standard, show: { $0 }) { line in
        // A word that is a number itself is that word.
        if words.contains(line) { return line }
        if let number = Int(line), words.indices.contains(number - 1) { return words[number - 1] }
        throw AnswerProblem.notAChoice(nearest: nearest(to: line, in: words), words: words)
    }
}

/// Asks until there is an answer that can be used.
///
/// - Parameters:
///   - prompt: What is asked for.
///   - standard: The answer where nothing is typed; nil where something has to be.
///   - show: How the default is shown.
///   - read: What makes an answer of a line; throws the reason why it cannot be used.
///   - hint: What an answer looks like, where there is no default to show.
/// - Returns: The answer.
/// - Throws: ``QuestionsEnded`` or ``OutputError``.
private func ask<Value>(
    _ prompt: String,
    standard: Value?,
    show: (Value) -> String,
    read: (String) throws -> Value,
    hint: () -> String? = { nil }
) throws -> Value {
    let aside = (standard.map(show) ?? hint()).map { " [\(shown($0))]" } ?? ""
    while true {
        try Stream.error.write(shown(prompt) + aside + ": ")
        guard let typed = readLine() else {
            try Stream.error.write("\n")
            throw QuestionsEnded()
        }
        let line = String(
            typed.drop { $0 == " " || $0 == "\t" }.reversed()
                .drop { $0 == " " || $0 == "\t" }.reversed()
        )
        do {
            if line.isEmpty {
                if let standard { return standard }
                throw Unusable(sentence: "an answer is needed")
            }
            // What readLine puts for bytes that are no text.
            if line.contains("\u{FFFD}") { throw Unusable(sentence: "that is not valid UTF-8") }
            return try read(line)
        } catch let line as Unusable {
            try complain(line.sentence)
        } catch let problem as AnswerProblem {
            try complain("\(quoted(line)): \(problem)")
        } catch let error as ScaffoldError {
            let explanation = error.explanation
            try complain(explanation.what + (explanation.why.map { ": " + $0 } ?? ""))
        }
    }
}

/// A line that is no answer to any question.
private struct Unusable: Error {
    let sentence: String
}

/// Says what is wrong with an answer, before the question is repeated.
private func complain(_ sentence: String) throws(OutputError) {
    let mark = Stream.error.hasColour ? "\u{1B}[31m!\u{1B}[0m" : "!"
    try Stream.error.write("  \(mark) \(sentence)\n")
}

/// Returns a text of a template that cannot steer a terminal.
private func shown(_ text: String) -> String {
    text.unicodeScalars.contains(where: isInvisible) ? quoted(text) : text
}
