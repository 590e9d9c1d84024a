// What a person at a terminal is asked, where the command line leaves something open.

import Mustache
import Scaffold

/// The questions ended before the last answer: Ctrl-D, or a terminal that went away.
struct QuestionsEnded: Error {
    var diagnostic: Diagnostic {
        Diagnostic("interrupted at a question; nothing was written")
    }
}

/// A request to which nothing is left to ask, and what it names.
struct CompletedRequest {
    /// The request, with an answer to everything that was asked.
    var request: Request
    /// The framework or template that it names, so that a template folder is read once.
    var framework: Framework
}

/// Completes a request by asking for what was not said.
///
/// Bare, for a project without a name, that is the name, the framework, its language where it has
/// several, the account, and the pipeline; in any case the questions of a template.
///
/// - Parameters:
///   - request: What was asked for.
///   - catalog: The frameworks to choose from.
/// - Returns: The request, with the answers; those of a file are read, and in it.
/// - Throws: ``QuestionsEnded``, ``OutputError``, or ``ScaffoldError`` for what was said already.
func completed(_ request: Request, from catalog: Catalog) throws -> CompletedRequest {
    var request = request
    let isBare = request.name == nil
    // What was said already is looked at first: nobody should answer questions in vain.
    var framework = try catalog.framework(for: request)
    _ = try framework.pipeline(for: request)
    if isBare {
        request.name = try askName(for: framework, catalog)
    } else if let name = request.name {
        _ = try catalog.projectName(name, for: framework)
    }
    if isBare, request.template == nil {
        try askFramework(&request, catalog)
        framework = try catalog.framework(for: request)
        // Another language has other names that no project can have.
        if let name = request.name, let problem = problem(with: name, for: framework, catalog) {
            try complain(problem)
            request.name = try askName(for: framework, catalog)
        }
    }
    if isBare, request.user == nil {
        let user = try ask("PythonAnywhere account", default: "", show: { _ in "none yet" }) {
            text in
            try AccountName(text).description
        }
        if !user.isEmpty { request.user = user }
    }
    if isBare, request.pipeline == nil, Pipeline.allCases.contains(where: framework.hasPipeline) {
        let rows = Pipeline.words.map { word in
            Pipeline(rawValue: word).map { "\(word): a pipeline on \($0.title)" } ?? word
        }
        request.pipeline = try choose(
            "CI pipeline that tests each push",
            rows,
            Pipeline.words,
            default: Pipeline.none
        )
    }
    let pipeline = try framework.pipeline(for: request)
    try askQuestions(of: framework, pipeline, &request)
    return CompletedRequest(request: request, framework: framework)
}

/// Asks whether to go on; where nothing is typed, the answer is no.
///
/// - Parameter prompt: What is asked.
/// - Returns: Whether the answer is yes.
/// - Throws: ``QuestionsEnded`` or ``OutputError``.
func confirm(_ prompt: String) throws -> Bool {
    try ask(prompt, default: false, show: { $0 ? "yes" : "no" }) { line in
        switch line.lowercased() {
        case "y", "yes": true
        case "n", "no": false
        default: throw AnswerProblem.notYesOrNo
        }
    }
}

/// Asks for the project's name.
private func askName(for framework: Framework, _ catalog: Catalog) throws -> String {
    try ask("Project name", default: "hello", show: { $0 }) { text in
        try catalog.projectName(text, for: framework).folder
    }
}

/// Returns why a project cannot have a name, or nil where it can.
private func problem(with name: String, for framework: Framework, _ catalog: Catalog) -> String? {
    do throws(ScaffoldError) {
        _ = try catalog.projectName(name, for: framework)
        return nil
    } catch {
        return sentence(error.diagnostic)
    }
}

/// Asks for the framework and then for its language, where they were not said and there is a choice.
private func askFramework(_ request: inout Request, _ catalog: Catalog) throws {
    if request.framework == nil {
        let frameworks = catalog.offered(in: request.language)
        let words = frameworks.map(\.name)
        let rows = frameworks.map { "\($0.name): \($0.manifest.summary)" }
        request.framework = try choose("Framework", rows, words, default: words.first)
    }
    guard request.language == nil, let framework = request.framework else { return }
    let languages = catalog.languages(of: framework)
    guard languages.count > 1 else { return }
    request.language = try choose("Language", languages, languages, default: languages.first)
}

/// Asks a template's questions that have no answer yet.
private func askQuestions(
    of framework: Framework,
    _ pipeline: Pipeline?,
    _ request: inout Request
) throws {
    guard !framework.manifest.questions.isEmpty else { return }
    if let file = request.answersFile {
        request.answers = try readAnswers(file) + request.answers
        request.answersFile = nil
    }
    var questionnaire = try Questionnaire(
        framework.manifest.questions,
        given: request.answers,
        hasUser: request.user != nil,
        pipeline: pipeline
    )
    while let question = try questionnaire.next() {
        let value = try ask(question)
        questionnaire.answer(value)
        request.answers.append(
            AnswerInput(key: question.key, value: .value(value), origin: .option)
        )
    }
}

/// Asks one question of a template.
private func ask(_ question: Question) throws -> AnswerValue {
    if let help = question.help { try Stream.error.write("  \(plainOrQuoted(help))\n") }
    if case .choice(let words) = question.kind {
        var defaultWord: String?
        if case .text(let word)? = question.defaultAnswer { defaultWord = word }
        return .text(try choose(question.prompt, words, words, default: defaultWord))
    }
    return try ask(question.prompt, default: question.defaultAnswer, show: text(of:)) { line in
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
    default answer: String?
) throws -> String {
    var list = plainOrQuoted(prompt) + "\n"
    for (index, row) in rows.enumerated() { list += "  \(index + 1). \(plainOrQuoted(row))\n" }
    try Stream.error.write(list)
    return try ask("Number or name", default: answer, show: { $0 }) { line in
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
///   - answer: The answer where nothing is typed; nil where something has to be.
///   - show: How the default is shown.
///   - read: What makes an answer of a line; throws the reason why it cannot be used.
///   - hint: What an answer looks like, where there is no default to show.
/// - Returns: The answer.
/// - Throws: ``QuestionsEnded`` or ``OutputError``.
private func ask<Value>(
    _ prompt: String,
    default answer: Value?,
    show: (Value) -> String,
    read: (String) throws -> Value,
    hint: () -> String? = { nil }
) throws -> Value {
    let aside = (answer.map(show) ?? hint()).map { " [\(plainOrQuoted($0))]" } ?? ""
    while true {
        try Stream.error.write(plainOrQuoted(prompt) + aside + ": ")
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
                if let answer { return answer }
                throw Unusable(sentence: "please type an answer")
            }
            // What readLine puts for bytes that are no text.
            if line.contains("\u{FFFD}") { throw Unusable(sentence: "this is not valid UTF-8") }
            return try read(line)
        } catch let line as Unusable {
            try complain(line.sentence)
        } catch let problem as AnswerProblem {
            try complain("\(quoted(line)): \(problem)")
        } catch let error as ScaffoldError {
            try complain(sentence(error.diagnostic))
        }
    }
}

/// A line that is no answer to any question.
private struct Unusable: Error {
    let sentence: String
}

/// Returns what happened and why as one sentence.
private func sentence(_ diagnostic: Diagnostic) -> String {
    diagnostic.message + (diagnostic.reason.map { ": " + $0 } ?? "")
}

/// Says what is wrong with an answer, before the question is repeated.
private func complain(_ sentence: String) throws(OutputError) {
    let mark = Stream.error.hasColour ? "\u{1B}[31m!\u{1B}[0m" : "!"
    try Stream.error.write("  \(mark) \(sentence)\n")
}
