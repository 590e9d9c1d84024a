// What was asked for, before anything is checked.

/// What was asked for: nil is "not said".
public struct Request: Sendable, Hashable {
    /// The project's name.
    public var name: String
    /// The framework's name.
    public var framework: String?
    /// The account on the host.
    public var user: String?
    /// The domain of the web app.
    public var domain: String?
    /// The Python version on the host, such as `3.13`.
    public var python: String?
    /// The folder to make the project in.
    public var output: String?

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - name: The project's name.
    ///   - framework: The framework's name.
    ///   - user: The account on the host.
    ///   - domain: The domain of the web app.
    ///   - python: The Python version on the host, such as `3.13`.
    ///   - output: The folder to make the project in.
    public init(
        name: String,
        framework: String? = nil,
        user: String? = nil,
        domain: String? = nil,
        python: String? = nil,
        output: String? = nil
    ) {
        self.name = name
        self.framework = framework
        self.user = user
        self.domain = domain
        self.python = python
        self.output = output
    }
}
