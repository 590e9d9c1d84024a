// The configuration of a project: every answer is checked and every default applied here only.

import Mustache
import ProjectFiles

/// The checked answers from which a project is made.
public struct ProjectConfiguration: Sendable {
    /// The project's name.
    public let name: ProjectName
    /// The framework or template of the project.
    public let framework: Framework
    /// The framework's language, unless it is the default language.
    public let nonDefaultLanguage: String?
    /// The account on PythonAnywhere, if one was given.
    public let account: AccountName?
    /// The domain of the web app, unless it is the account's own.
    public let domain: Domain?
    /// The Python version on PythonAnywhere.
    public let python: PythonVersion
    /// The service that runs the project's pipeline; nil for none.
    public let pipeline: Pipeline?
    /// Whether the pipeline updates the project by a schedule.
    public let hasUpdateJob: Bool
    /// Whether the project has `AGENTS.md`, unless its template has none.
    public let hasAgents: Bool
    /// The parent folder, as it was typed; nil for the current folder.
    public let parent: String?
    /// The folder of the project, if it is there already; nil for a folder with the project's name.
    public let folder: String?
    /// The console on PythonAnywhere in which pa-new runs, if it does; it is not an answer.
    public let console: HostConsole?
    /// The Python that the user gave with `--interpreter`; it is not an answer, since the path is of this computer.
    let interpreter: String?
    /// The maximum size of all files together, in bytes; nil for the default limits.
    ///
    /// It is not an answer.
    let maxOutput: Int?
    /// The answers to the template's questions that are asked.
    public let values: [String: AnswerValue]
    /// pa-new's own names that conditions can use.
    let ownNames: OwnNames
    /// The names that conditions can use.
    let conditionNames: [String: Mustache.Value]
    /// The template's files that are in this project; its rules can exclude some.
    let files: [TemplateFile]
    /// The paths of the files, without the ending of templates.
    private let paths: Set<String>

    /// Checks the request and fills in the defaults.
    ///
    /// - Parameters:
    ///   - request: The request. Its answers file is read.
    ///   - framework: The framework or template of the request, if it was found before; nil to find
    ///     it, which reads the template folder.
    ///   - catalog: The available frameworks.
    /// - Throws: ``ScaffoldError`` for the first answer that is not valid.
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
        name =
            typed == request.recordedName
            ? try ProjectName(recorded: typed) : try catalog.projectName(typed, for: framework)
        let account: AccountName? =
            if let user = request.user { try AccountName(user) } else { request.console?.account }
        console = request.console
        interpreter = request.interpreter
        maxOutput = request.maxOutput
        let domain: Domain? =
            if let text = request.domain {
                try Domain(text)
            } else if let console, console.isEuropean, console.account == account {
                console.domain
            } else { nil }
        if let account, let domain, !domain.canBelong(to: account) {
            throw .domainOfAnotherAccount(domain, account)
        }
        self.account = account
        self.domain = domain
        python = if let text = request.python { try PythonVersion(text) } else { .default }
        pipeline = try framework.pipeline(for: request)
        hasUpdateJob = try framework.hasUpdateJob(for: request, pipeline)
        hasAgents = request.hasAgents
        if let output = request.output, output.isEmpty { throw .emptyOutput }
        parent = request.output
        folder = request.folder

        ownNames = OwnNames(
            hasUser: account != nil,
            hasAgents: hasAgents,
            pipeline: pipeline,
            hasUpdateJob: hasUpdateJob
        )
        var questionnaire = try Questionnaire(
            framework.manifest.questions,
            given: try framework.answers(in: request, catalog),
            names: ownNames
        )
        while try questionnaire.next() != nil { questionnaire.takeDefault() }
        let values = try questionnaire.finished()
        self.values = values
        let names = framework.manifest.questions.reduce(into: ownNames.values) {
            names,
            question in
            names.merge(question.names(for: values[question.key])) { $1 }
        }
        conditionNames = names
        files = framework.files { $0.holds(in: names) }
        paths = Set(files.map { Plan.withoutTemplateSuffix($0.path) })
        try checkAdoption()
    }

    /// The names that templates can use for the answers to their questions.
    var questionNames: [String: Mustache.Value] {
        framework.manifest.questions.reduce(into: [:]) { names, question in
            names.merge(question.names(for: values[question.key])) { $1 }
        }
    }

    /// Whether the project has packages to install.
    var hasRequirements: Bool {
        adoption?.hasPackages ?? has("requirements.txt")
    }

    /// The name of the entry file.
    package var entryFile: String { adoption?.entry ?? Site.entryFile }

    /// Whether the project has an entry file and can therefore be a web app.
    var hasEntryFile: Bool { adoption != nil || has(Site.entryFile) }

    /// The project's own folders of static files.
    var ownStaticFolders: [ProjectStaticFolder] {
        if let adoption { return adoption.staticFolders }
        let hasFiles = files.contains { $0.path.hasPrefix(Site.staticName + "/") }
        return hasFiles ? [.usual] : []
    }

    /// The name of the file that says how to put the project on PythonAnywhere.
    var readme: String { adoption == nil ? "README.md" : Adoption.readme }

    /// Whether the project has a file at a path that no answer changes.
    func has(_ path: String) -> Bool { paths.contains(path) }

    /// The paths and the URL of the project on PythonAnywhere.
    public var site: Site { Site(name: name, account: account, domain: domain) }

    /// The folder of the project.
    public var target: String {
        folder ?? Self.folder(of: name.folder, in: parent)
    }

    /// Returns the folder of a new project.
    fileprivate static func folder(of name: String, in parent: String?) -> String {
        guard let parent else { return name }
        return parent.hasSuffix("/") ? parent + name : parent + "/" + name
    }
}

extension Request {
    /// Checks that a new folder for the project can be made, before anything else is known of it.
    ///
    /// - Throws: ``ScaffoldError/files(_:)`` if something is in its place, or its parent is not usable.
    package func checkNewFolder() throws(ScaffoldError) {
        guard let name, output?.isEmpty != true else { return }
        try onFiles { () throws(FileError) in
            try checkPlace(ProjectConfiguration.folder(of: name, in: output))
        }
    }
}
