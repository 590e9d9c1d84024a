// What was decided: every answer is checked and every default applied here, and nowhere else.

import Mustache

/// What was decided about a project.
public struct ProjectConfiguration: Sendable {
    /// The project's name.
    public let name: ProjectName
    /// The framework it is made from.
    public let framework: Framework
    /// The framework's language, where it is not the one taken where none is asked for.
    public let nonDefaultLanguage: String?
    /// The account on the host, where one was named.
    public let account: AccountName?
    /// The domain of the web app, where it is not the account's own by default.
    public let domain: Domain?
    /// The Python version on the host.
    public let python: PythonVersion
    /// The service that runs the project's pipeline; nil where it has none.
    public let pipeline: Pipeline?
    /// The folder to make the project in, as it was typed; nil for the current one.
    public let parent: String?
    /// The answers to the template's questions, of those that are asked.
    public let values: [String: AnswerValue]
    /// Checks what was asked for and fills in the defaults.
    ///
    /// - Parameters:
    ///   - request: What was asked for. A file of answers is read.
    ///   - framework: What the request names, where that was found before; nil finds it, and reads a
    ///     template folder for that.
    ///   - catalog: The frameworks to choose from.
    /// - Throws: ``ScaffoldError`` for the first answer that cannot be used.
    public init(
        _ request: Request,
        of framework: Framework? = nil,
        catalog: Catalog
    ) throws(ScaffoldError) {
        guard let typed = request.name else { throw .noName }
        let framework =
            if let framework { framework } else { try catalog.framework(for: request) }
        self.framework = framework
        nonDefaultLanguage = catalog.nonDefaultLanguage(of: framework)
        name = try catalog.projectName(typed, for: framework)
        let account: AccountName? =
            if let user = request.user { try AccountName(user) } else { nil }
        let domain: Domain? = if let text = request.domain { try Domain(text) } else { nil }
        if let account, let domain, !domain.canBelong(to: account) {
            throw .domainOfAnotherAccount(domain, account)
        }
        self.account = account
        self.domain = domain
        python = if let text = request.python { try PythonVersion(text) } else { .default }
        pipeline = try framework.pipeline(for: request)
        if let output = request.output, output.isEmpty { throw .emptyOutput }
        parent = request.output

        var questionnaire = try Questionnaire(
            framework.manifest.questions,
            given: try request.answersFile.map { path throws(ScaffoldError) in try readAnswers(path)
            }
            .map { $0 + request.answers } ?? request.answers,
            hasUser: account != nil,
            pipeline: pipeline
        )
        while try questionnaire.next() != nil { questionnaire.takeDefault() }
        values = try questionnaire.finished()
    }

    /// The template's files that are in this project, where its rules leave some out.
    var files: [TemplateFile] {
        let manifest = framework.manifest
        guard !manifest.rules.isEmpty else { return framework.files }
        let names = questionNames.merging(Condition.ownNames(hasUser: account != nil, pipeline)) {
            first,
            _ in first
        }
        return framework.files.filter { manifest.condition(for: $0.path).holds(in: names) }
    }

    /// The names that templates can use for the answers to their questions.
    var questionNames: [String: Mustache.Value] {
        framework.manifest.questions.reduce(into: [:]) { names, question in
            names.merge(question.names(for: values[question.key])) { $1 }
        }
    }

    /// Whether the project has packages to install.
    var hasRequirements: Bool { has("requirements.txt") }

    /// Whether the project has an entry file, and so can be a web app on the host.
    var hasEntryFile: Bool { has("wsgi.py") }

    /// Whether the project has files that the host can serve by itself.
    var hasStaticFiles: Bool { files.contains { $0.path.hasPrefix("static/") } }

    private func has(_ path: String) -> Bool {
        files.contains { Plan.withoutTemplateSuffix($0.path) == path }
    }

    /// Where the project lives on the host.
    public var site: Site { Site(name: name, account: account, domain: domain) }

    /// The folder that the project becomes.
    public var target: String {
        guard let parent else { return name.folder }
        return parent.hasSuffix("/") ? parent + name.folder : parent + "/" + name.folder
    }
}
