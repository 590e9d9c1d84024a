// The questions to the user about everything that the command line leaves open.

import Mustache
import Scaffold

/// The input ended before the last answer: by Ctrl-D, or because the terminal was closed.
struct QuestionsEnded: Error {
    var diagnostic: Diagnostic {
        Diagnostic("interrupted at a question; nothing was written")
    }
}

/// A request without open questions, and its framework.
struct CompletedRequest {
    /// The request, with all answers.
    var request: Request
    /// The framework or template that the request names: so a template folder is read only once.
    var framework: Framework
}

/// Completes a request: asks the user for everything that is missing.
///
/// If the request has no name, it asks for the name, the framework, its language (if it has
/// several), the account and the pipeline. It always asks the open questions of the template.
///
/// - Parameters:
///   - request: The request, as the command line gives it.
///   - catalog: The available frameworks.
/// - Returns: The request, with the answers from the user and from the answers file.
/// - Throws: ``QuestionsEnded``, ``OutputError``, or ``ScaffoldError`` if the request is wrong.
func completed(_ request: Request, from catalog: Catalog) throws -> CompletedRequest {
    var request = request
    let hasNoName = request.name == nil
    // Check the request first, so that you do not answer questions in vain.
    var framework = try catalog.framework(for: request)
    _ = try framework.pipeline(for: request)
    // A framework that you choose later may offer the database.
    if !hasNoName || request.framework != nil || request.template != nil {
        _ = try framework.answers(in: request, catalog)
    }
    if hasNoName {
        request.name = try askName(for: framework, catalog)
    } else if let name = request.name {
        _ = try catalog.projectName(name, for: framework)
    }
    if hasNoName, request.template == nil {
        try askFramework(&request, catalog)
        framework = try catalog.framework(for: request)
        // The names that are not allowed depend on the language.
        if let name = request.name, let problem = problem(with: name, for: framework, catalog) {
            try complain(problem)
            request.name = try askName(for: framework, catalog)
        }
    }
    if hasNoName, request.user == nil {
        request.user = try askAccount()
    }
    if hasNoName, request.pipeline == nil,
        Pipeline.allCases.contains(where: framework.hasPipeline)
    {
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
    request.answers = try framework.answers(in: request, catalog)
    (request.answersFile, request.database) = (nil, nil)
    try askQuestions(of: framework, pipeline, &request)
    return CompletedRequest(request: request, framework: framework)
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

/// Asks for the account on PythonAnywhere.
///
/// - Returns: The account; nil if the user has none yet.
/// - Throws: ``QuestionsEnded`` or ``OutputError``.
func askAccount() throws -> String? {
    let user = try ask("PythonAnywhere account", default: "", show: { _ in "none yet" }) { text in
        try AccountName(text).description
    }
    return user.isEmpty ? nil : user
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

/// Asks for the project's name.
private func askName(for framework: Framework, _ catalog: Catalog) throws -> String {
    try ask("Project name", default: "hello", show: { $0 }) { text in
        try catalog.projectName(text, for: framework).folder
    }
}

/// Returns why a project cannot have a name; nil if it can.
private func problem(with name: String, for framework: Framework, _ catalog: Catalog) -> String? {
    do throws(ScaffoldError) {
        _ = try catalog.projectName(name, for: framework)
        return nil
    } catch {
        return sentence(error.diagnostic)
    }
}

/// Asks for the framework and its language, if they are missing and there is a choice.
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

/// Asks the questions of a template that have no answer yet.
private func askQuestions(
    of framework: Framework,
    _ pipeline: Pipeline?,
    _ request: inout Request
) throws {
    guard !framework.manifest.questions.isEmpty else { return }
    var questionnaire = try Questionnaire(
        framework.manifest.questions,
        given: request.answers,
        hasUser: request.user != nil,
        pipeline: pipeline
    )
    while let question = try questionnaire.next() {
        guard question.isAsked else {
            questionnaire.takeDefault()
            continue
        }
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

/// Returns a default as the prompt shows it.
private func text(of value: AnswerValue) -> String {
    switch value {
    case .text(""): "none"
    case .text(let text): text
    case .bool(let truth): truth ? "yes" : "no"
    case .integer(let number): String(number)
    case .lines(let lines): lines.isEmpty ? "none" : listed(lines)
    }
}

/// Asks for one of several words; the user types the word or its number.
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
        // If one of the words is this number, it is the answer.
        if words.contains(line) { return line }
        if let number = Int(line), words.indices.contains(number - 1) { return words[number - 1] }
        throw AnswerProblem.notAChoice(nearest: nearest(to: line, in: words), words: words)
    }
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
            // readLine puts this character in the place of invalid UTF-8.
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

/// A line that is not a valid answer to any question.
private struct Unusable: Error {
    let sentence: String
}

/// Returns the message and the reason as one sentence.
private func sentence(_ diagnostic: Diagnostic) -> String {
    diagnostic.message + (diagnostic.reason.map { ": " + $0 } ?? "")
}

/// Prints what is wrong with an answer, before the question comes again.
private func complain(_ sentence: String) throws(OutputError) {
    let mark = Stream.error.hasColour ? "\u{1B}[31m!\u{1B}[0m" : "!"
    try Stream.error.write("  \(mark) \(sentence)\n")
}
