// What was decided: every answer is checked and every default applied here, and nowhere else.

/// What was decided about a project.
public struct Answers: Sendable {
    /// The project's name.
    public let name: ProjectName
    /// The framework it is made from.
    public let framework: Framework
    /// The account on the host, where one was named.
    public let account: AccountName?
    /// The domain of the web app, where it is not the account's own by default.
    public let domain: Domain?
    /// The Python version on the host.
    public let python: PythonVersion
    /// The folder to make the project in, as it was typed; nil for the current one.
    public let parent: String?

    /// Checks what was asked for and fills in the defaults.
    ///
    /// - Parameters:
    ///   - request: What was asked for.
    ///   - catalog: The frameworks to choose from.
    /// - Throws: ``ScaffoldError`` for the first answer that cannot be used.
    public init(_ request: Request, catalog: Catalog) throws(ScaffoldError) {
        name = try ProjectName(request.name, modules: catalog.modules)
        framework =
            if let name = request.framework {
                try catalog.framework(named: name)
            } else {
                catalog.standard
            }
        let account: AccountName? =
            if let user = request.user { try AccountName(user) } else { nil }
        let domain: Domain? = if let text = request.domain { try Domain(text) } else { nil }
        if let account, let domain, !domain.canBelong(to: account) {
            throw .domainOfAnotherAccount(domain, account)
        }
        self.account = account
        self.domain = domain
        python = if let text = request.python { try PythonVersion(text) } else { .standard }
        if let output = request.output, output.isEmpty { throw .emptyOutput }
        parent = request.output
    }

    /// Where the project lives on the host.
    public var site: Site { Site(name: name, account: account, domain: domain) }

    /// The folder that the project becomes.
    public var target: String {
        guard let parent else { return name.folder }
        return parent.hasSuffix("/") ? parent + name.folder : parent + "/" + name.folder
    }
}
