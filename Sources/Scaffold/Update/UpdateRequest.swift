// What the user asks of `pa-new update`, and the project that follows from it and from the recorded answers.

import Mustache
import ProjectFiles

/// How to update a project.
public struct UpdateRequest: Sendable, Hashable {
    /// The project's folder.
    public var folder: String
    /// New answers: for `user`, `domain`, `python`, `name`, `framework`, `language`, `ci`, `ciUpdates`,
    /// `agents`, or the key of one of its template's questions.
    public var answers: [AnswerInput]
    /// A file with answers to the template's questions.
    public var answersFile: String?
    /// The template folder, if the project uses a template of the user's own.
    public var template: String?
    /// Files and folders that stay as they are, and that a later update brings up to date.
    public var excluded: [String] = []
    /// Whether this is a dry run, which writes nothing.
    public var isDryRun: Bool
    /// Whether to find out only whether the project is up to date; this has to be a dry run, too.
    public var isCheck = false
    /// The maximum size of all files together, in bytes; nil for the default limits.
    public var maxOutput: Int?
    /// The place for what the update replaces, so that it can be undone; nil to keep nothing.
    public var undoStore: UndoStore?
    /// The Python that the user gave with `--interpreter`, for the commands of the next steps.
    var interpreter: String?
    /// The console on PythonAnywhere in which pa-new runs; nil elsewhere.
    public var console: HostConsole?

    /// Creates a request for an update.
    ///
    /// - Parameters:
    ///   - folder: The project's folder.
    ///   - answers: New answers, which replace those in the record.
    ///   - answersFile: A file with answers to the template's questions.
    ///   - template: The template folder, if the project uses a template of the user's own.
    ///   - isDryRun: Whether this is a dry run, which writes nothing.
    public init(
        folder: String = ".",
        answers: [AnswerInput] = [],
        answersFile: String? = nil,
        template: String? = nil,
        isDryRun: Bool = false
    ) {
        self.folder = folder
        self.answers = answers
        self.answersFile = answersFile
        self.template = template
        self.isDryRun = isDryRun
    }
}

extension UpdateRequest {
    /// Returns the checked answers: the recorded ones and the new ones.
    func configuration(
        over record: ProjectRecord,
        _ catalog: Catalog
    ) throws(ScaffoldError) -> ProjectConfiguration {
        let isAdopted = record.framework != nil && record.framework == catalog.adopting?.name
        if isAdopted, template != nil || answers.contains(where: { $0.key == "framework" }) {
            throw .cannotUpdate(folder, .adopted)
        }
        do throws(ScaffoldError) {
            var request = try request(for: record)
            request.adopts = isAdopted
            // A module of another framework can have the project's name.
            if !record.hasFramework(of: request, catalog) { request.recordedName = nil }
            return try ProjectConfiguration(request, catalog: catalog)
        } catch .unknownAnswer(let answer, _, let known) {
            // Those of the template are not in the manual.
            let keys = known + Self.ownKeys
            throw .unknownAnswer(answer, nearest: nearest(to: answer.key, in: keys), known: keys)
        } catch {
            guard let keys = error.ownKeys else { throw error }
            let typed = Set(answers.map(\.key))
            // The problem can be between a new answer and a recorded one.
            let isTyped = keys.contains(where: typed.contains)
            throw .cannotUpdate(
                folder,
                isTyped ? .configuration(error) : .recorded(key: keys[0], error)
            )
        }
    }

    /// Returns the request with the recorded answers and the new ones.
    fileprivate func request(for record: ProjectRecord) throws(ScaffoldError) -> Request {
        var own: [String: String] = [:]
        var others: [AnswerInput] = []
        for answer in answers {
            guard Self.ownKeys.contains(answer.key), case .typed(let text) = answer.value else {
                others.append(answer)
                continue
            }
            guard own.updateValue(text, forKey: answer.key) == nil else {
                throw .repeatedAnswer(answer.key)
            }
        }
        /// Returns the new answer, or else the recorded one. An empty answer removes it.
        func answer(_ key: String, _ recorded: String?) -> String? {
            own[key].map { $0.isEmpty ? nil : $0 } ?? recorded
        }
        // A template with an address is fetched again, unless the user gives another.
        let template =
            template ?? (own["framework"] == nil ? try? record.template?.source()?.text : nil)
        if record.template != nil, template == nil, own["framework"] == nil {
            throw .cannotUpdate(folder, .ownTemplate(name: record.template?.name ?? ""))
        }
        var request = record.request
        request.name = own["name"] ?? request.name
        request.user = answer("user", request.user)
        request.python = answer("python", request.python)
        request.domain = answer("domain", request.domain)
        request.template = template
        request.framework =
            template == nil ? answer("framework", request.framework) : own["framework"]
        request.language = answer("language", template == nil ? request.language : nil)
        request.pipeline = answer("ci", request.pipeline)
        if let text = own[UpdateJob.name] {
            request.hasUpdateJob = try UpdateJob.answer.value(of: text)
        } else if let word = own["ci"], word.isEmpty || word == Pipeline.none {
            // The job goes with the pipeline.
            request.hasUpdateJob = false
        }
        if let text = own[AgentsFile.name] {
            request.hasAgents = try AgentsFile.answer.value(of: text)
        }
        request.answersFile = answersFile
        request.maxOutput = maxOutput
        request.answers += others
        return request
    }

    /// The keys of the answers that every project has.
    public static let ownKeys = [
        "name", "framework", "language", "user", "domain", "python", "ci", UpdateJob.name,
        AgentsFile.name,
    ]
}

extension ScaffoldError {
    /// The answers of every project that an error is about; nil if it is about something else.
    fileprivate var ownKeys: [String]? {
        switch self {
        case .noName, .invalidName: ["name"]
        case .unknownPython: ["python"]
        case .unknownFramework, .languageAsFramework: ["framework"]
        case .unknownLanguage, .frameworkInOtherLanguages, .languageAndTemplate:
            ["language", "framework"]
        case .unknownPipeline, .noPipeline: ["ci"]
        case .updatesWithoutPipeline, .noUpdateJob: [UpdateJob.name, "ci"]
        case .invalidUser: ["user"]
        case .invalidDomain, .domainOfAnotherAccount: ["domain", "user"]
        default: nil
        }
    }
}

extension ProjectRecord {
    /// Whether a request asks for the framework that the project has, in the same language.
    fileprivate func hasFramework(of request: Request, _ catalog: Catalog) -> Bool {
        (template == nil) == (request.template == nil) && framework == request.framework
            && language ?? catalog.defaultLanguage == request.language ?? catalog.defaultLanguage
    }
}

/// Returns the project as it is to be.
func updatedProject(
    for request: UpdateRequest,
    over record: ProjectRecord,
    _ base: Baseline,
    in folder: borrowing WorkingFolder,
    _ catalog: Catalog
) throws(ScaffoldError) -> Project {
    let project = try Project(request.configuration(over: record, catalog))
    // Older versions had no page for those who work on the code. One of the user's own stays.
    guard project.configuration.has(AgentsFile.path),
        !base.files.contains(where: { $0.path == AgentsFile.path }),
        !request.answers.contains(where: { $0.key == AgentsFile.name }),
        try read(AgentsFile.path, in: folder) != nil
    else { return project }
    let answer = AnswerInput(key: AgentsFile.name, value: .typed("no"), origin: .option)
    var request = request
    request.answers.append(answer)
    let known = catalog.keeping(project.configuration.framework, for: request)
    return try Project(request.configuration(over: record, known))
}

/// Returns the project as the next steps name it: with the account of the console, if it has none.
func located(
    _ project: Project,
    for request: UpdateRequest,
    over record: ProjectRecord,
    _ catalog: Catalog
) throws(ScaffoldError) -> Project {
    guard let console = request.console, project.configuration.account == nil else {
        return project
    }
    var request = request
    request.answers.removeAll { $0.key == "user" }
    let user = AnswerInput.Value.typed(console.account.description)
    request.answers.append(AnswerInput(key: "user", value: user, origin: .option))
    if console.isEuropean, project.configuration.domain == nil {
        request.answers.removeAll { $0.key == "domain" }
        let domain = AnswerInput.Value.typed(console.domain.description)
        request.answers.append(AnswerInput(key: "domain", value: domain, origin: .option))
    }
    return try Project(request.configuration(over: record, catalog))
}
