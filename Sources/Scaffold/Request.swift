// What the user asks for, before anything is checked.

/// What the user asks for; nil means "not given".
public struct Request: Sendable, Hashable {
    /// The project's name.
    public var name: String?
    /// The name that the project has already: it can be one that is refused for new projects; nil for a new project.
    var recordedName: String?
    /// The framework's name.
    public var framework: String?
    /// The framework's language.
    public var language: String?
    /// The account on PythonAnywhere.
    public var user: String?
    /// The domain of the web app.
    public var domain: String?
    /// The Python version on PythonAnywhere, such as `3.13`.
    public var python: String?
    /// The service that runs the project's pipeline: the value of `--ci`.
    public var pipeline: String?
    /// Whether the pipeline updates the project by a schedule: true with `--ci-updates`.
    public var hasUpdateJob: Bool
    /// Whether the project has `AGENTS.md`: false with `--no-agents`.
    public var hasAgents: Bool
    /// The answer to the template's question about the database: the value of `--database`.
    public var database: String?
    /// The parent folder of the project.
    public var output: String?
    /// The folder of a template of the user's own.
    public var template: String?
    /// A file with answers to the template's questions.
    public var answersFile: String?
    /// Answers to the template's questions, in addition to those in the file.
    public var answers: [AnswerInput]
    /// The folder of the project, if it is there already; nil for a folder with the project's name.
    public var folder: String?
    /// Whether the project can be an app that was there already.
    public var adopts = false
    /// The maximum size of all files together, in bytes; nil for the default limits.
    public var maxOutput: Int?
    /// The Python that the user gave with `--interpreter`, for the commands of the next steps.
    var interpreter: String?
    /// The console on PythonAnywhere in which pa-new runs, whose account is the default; nil elsewhere.
    public var console: HostConsole?

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - name: The project's name.
    ///   - framework: The framework's name.
    ///   - language: The framework's language.
    ///   - user: The account on PythonAnywhere.
    ///   - domain: The domain of the web app.
    ///   - python: The Python version on PythonAnywhere, such as `3.13`.
    ///   - pipeline: The service that runs the project's pipeline: the value of `--ci`.
    ///   - hasUpdateJob: Whether the pipeline updates the project by a schedule.
    ///   - hasAgents: Whether the project has `AGENTS.md`.
    ///   - database: The answer to the template's question about the database.
    ///   - output: The parent folder of the project.
    ///   - template: The folder of a template of the user's own.
    ///   - answersFile: A file with answers to the template's questions.
    ///   - answers: Answers to the template's questions, in addition to those in the file.
    public init(
        name: String? = nil,
        framework: String? = nil,
        language: String? = nil,
        user: String? = nil,
        domain: String? = nil,
        python: String? = nil,
        pipeline: String? = nil,
        hasUpdateJob: Bool = false,
        hasAgents: Bool = true,
        database: String? = nil,
        output: String? = nil,
        template: String? = nil,
        answersFile: String? = nil,
        answers: [AnswerInput] = []
    ) {
        self.name = name
        self.framework = framework
        self.language = language
        self.user = user
        self.domain = domain
        self.python = python
        self.pipeline = pipeline
        self.hasUpdateJob = hasUpdateJob
        self.hasAgents = hasAgents
        self.database = database
        self.output = output
        self.template = template
        self.answersFile = answersFile
        self.answers = answers
    }
}
