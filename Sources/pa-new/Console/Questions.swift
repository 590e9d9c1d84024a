// The questions to the user about everything that the command line leaves open.

import Mustache
import Scaffold

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
/// several), the Python version, the account with its system, and the pipeline. It always asks the
/// open questions of the template.
///
/// - Parameters:
///   - request: The request, as the command line gives it.
///   - catalog: The available frameworks.
///   - placement: The kind of folder to write into.
/// - Returns: The request, with the answers from the user and from the answers file.
/// - Throws: ``QuestionsEnded``, ``OutputError``, or ``ScaffoldError`` if the request is wrong.
func completed(
    _ request: Request,
    from catalog: Catalog,
    _ placement: Placement
) throws -> CompletedRequest {
    var request = request
    let hasNoName = request.name == nil
    // Check the request first, so that you do not answer questions in vain.
    var framework = try catalog.framework(for: request)
    _ = try framework.pipeline(for: request)
    // A framework that you choose later may offer the database.
    if !hasNoName || request.framework != nil || request.template != nil {
        _ = try framework.answers(in: request, catalog)
    }
    let names = NameCheck(request: request, catalog: catalog, isNewFolder: placement == .newFolder)
    if hasNoName {
        request.name = try names.ask(for: framework)
    } else if let name = request.name {
        try names.check(name, for: framework)
    }
    if hasNoName, request.template == nil {
        try askFramework(&request, catalog)
        framework = try catalog.framework(for: request)
        // The names that are not allowed depend on the language.
        if let name = request.name, let problem = names.problem(with: name, for: framework) {
            try complain(problem)
            request.name = try names.ask(for: framework)
        }
    }
    if hasNoName {
        if request.python == nil { request.python = try askPython(for: framework) }
        if request.console == nil { try askSite(&request.user, &request.domain) }
        try askPipeline(for: framework, &request)
    }
    let pipeline = try framework.pipeline(for: request)
    request.answers = try framework.answers(in: request, catalog)
    (request.answersFile, request.database) = (nil, nil)
    try askQuestions(of: framework, pipeline, &request)
    return CompletedRequest(request: request, framework: framework)
}

/// Asks for the account on PythonAnywhere, and for its system, unless they are known.
///
/// - Parameters:
///   - user: The account; nil if it is not known, and stays so if the user has none yet.
///   - domain: The domain of the web app; nil for the account's own on the US system.
/// - Throws: ``QuestionsEnded`` or ``OutputError``.
func askSite(_ user: inout String?, _ domain: inout String?) throws {
    guard user == nil else { return }
    let typed = try ask("PythonAnywhere account", default: "", show: { _ in "none yet" }) { text in
        try AccountName(text).description
    }
    guard !typed.isEmpty else { return }
    user = typed
    guard domain == nil else { return }
    let account = try AccountName(typed)
    let domains = [false, true].map { Domain(of: account, isEuropean: $0).description }
    let system = try choose(
        "System of the account",
        ["us: the page is https://\(domains[0])/", "eu: the page is https://\(domains[1])/"],
        ["us", "eu"],
        default: isEuropeanSystem() ? "eu" : "us"
    )
    if system == "eu" { domain = domains[1] }
}

/// The name of a project, as far as the rest of a request says whether it is possible.
private struct NameCheck {
    let request: Request
    let catalog: Catalog
    let isNewFolder: Bool

    /// Asks for the name until it is possible.
    func ask(for framework: Framework) throws -> String {
        let usual = "hello"
        let isFree: Bool
        do throws(ScaffoldError) {
            try check(usual, for: framework)
            isFree = true
        } catch .files(.targetExists) {
            isFree = false
        }
        let answer = isFree ? usual : nil
        return try pa_new.ask("Project name", default: answer, show: { $0 }) { text in
            try check(text, for: framework)
            return text
        }
    }

    /// Checks a name, and that nothing is in the place of its folder.
    func check(_ name: String, for framework: Framework) throws(ScaffoldError) {
        _ = try catalog.projectName(name, for: framework)
        guard isNewFolder else { return }
        var request = request
        request.name = name
        try request.checkNewFolder()
    }

    /// Returns why a project cannot have a name; nil if it can.
    func problem(with name: String, for framework: Framework) -> String? {
        do throws(ScaffoldError) {
            _ = try catalog.projectName(name, for: framework)
            return nil
        } catch {
            return sentence(error)
        }
    }
}

/// Asks for the Python version on PythonAnywhere.
private func askPython(for framework: Framework) throws -> String {
    let offered = PythonVersion.offered
    let rows = offered.map { python in
        "\(python)" + (framework.manifest.pythonNotes[python].map { ": \($0)" } ?? "")
    }
    return try choose(
        "Python on PythonAnywhere",
        rows,
        offered.map(\.description),
        default: PythonVersion.default.description
    )
}

/// Asks for the service that runs the pipeline, if it is open and the template has any.
private func askPipeline(for framework: Framework, _ request: inout Request) throws {
    guard request.pipeline == nil, Pipeline.allCases.contains(where: framework.hasPipeline) else {
        return
    }
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
        names: OwnNames(
            hasUser: request.user != nil,
            hasAgents: request.hasAgents,
            pipeline: pipeline,
            hasUpdateJob: request.hasUpdateJob
        )
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
    if case .choice(let words) = question.kind {
        var defaultWord: String?
        if case .text(let word)? = question.defaultAnswer { defaultWord = word }
        return .text(
            try choose(question.prompt, help: question.help, words, words, default: defaultWord)
        )
    }
    var prompt = question.prompt
    if let help = question.help {
        try show(prompt, help)
        prompt = "Answer"
    }
    return try ask(prompt, default: question.defaultAnswer, show: text(of:)) { line in
        do throws(AnswerProblem) {
            return try question.answer(typed: line)
        } catch {
            guard case .noMatch = error else { throw error }
            // A pattern helps the author of a template, and not the reader of its question.
            let help = question.help.map { ": \(printable($0))" } ?? ""
            throw Unusable(sentence: "\(quoted(line)) does not have the right form\(help)")
        }
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
