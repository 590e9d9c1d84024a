// What was asked for, before anything is checked.

/// What was asked for: nil is "not said".
public struct Request: Sendable, Hashable {
    /// The project's name.
    public var name: String?
    /// The framework's name.
    public var framework: String?
    /// The framework's language.
    public var language: String?
    /// The account on the host.
    public var user: String?
    /// The domain of the web app.
    public var domain: String?
    /// The Python version on the host, such as `3.13`.
    public var python: String?
    /// The service that runs the project's pipeline: the word for `--ci`.
    public var pipeline: String?
    /// The folder to make the project in.
    public var output: String?
    /// The folder of a template of the user's own.
    public var template: String?
    /// A file with answers to the template's questions.
    public var answersFile: String?
    /// Answers to the template's questions, besides those of the file.
    public var answers: [AnswerInput]

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - name: The project's name.
    ///   - framework: The framework's name.
    ///   - language: The framework's language.
    ///   - user: The account on the host.
    ///   - domain: The domain of the web app.
    ///   - python: The Python version on the host, such as `3.13`.
    ///   - pipeline: The service that runs the project's pipeline: the word for `--ci`.
    ///   - output: The folder to make the project in.
    ///   - template: The folder of a template of the user's own.
    ///   - answersFile: A file with answers to the template's questions.
    ///   - answers: Answers to the template's questions, besides those of the file.
    public init(
        name: String? = nil,
        framework: String? = nil,
        language: String? = nil,
        user: String? = nil,
        domain: String? = nil,
        python: String? = nil,
        pipeline: String? = nil,
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
        self.output = output
        self.template = template
        self.answersFile = answersFile
        self.answers = answers
    }
}
