// Bringing a project onto the host: what is known of it here, for the part in `HostPython/pa_new_deploy/`.

/// A project with all that has to be known to bring it onto the host, checked.
public struct Deployment: Sendable {
    /// The name of the project's folder on the host.
    let name: String
    /// The account on the host.
    let account: AccountName
    /// The domain of the web app.
    let domain: Domain
    /// The host's Python.
    public let python: PythonVersion
    /// What has to be on the host, and what makes it, where that is not the whole project.
    let products: BuildProducts
    /// What the page answers, as it was made; empty where that is not known.
    let greeting: String
    private let request: DeployRequest

    /// Reads what a project was made from, and checks it with what is asked for.
    ///
    /// - Parameters:
    ///   - request: What is asked for.
    ///   - catalog: The frameworks there are.
    ///   - isEuropean: Whether the account is on the EU system, where no domain says so.
    /// - Throws: ``DeployError`` or ``ScaffoldError`` for the first thing that cannot be used.
    public init(_ request: DeployRequest, from catalog: Catalog, isEuropean: Bool) throws {
        guard let record = ProjectRecord.read(in: request.folder) else {
            throw DeployError.noProject(folder: request.folder)
        }
        guard let user = request.user ?? record.user else { throw DeployError.noAccount }
        account = try AccountName(user)
        // The domain of another account goes with that.
        let recorded = user == record.user ? record.domain : nil
        if let text = request.domain ?? recorded {
            domain = try Domain(text)
        } else {
            domain = Domain(of: account, isEuropean: isEuropean)
        }
        guard domain.canBelong(to: account) else {
            throw ScaffoldError.domainOfAnotherAccount(domain, account)
        }
        python = try PythonVersion(request.python ?? record.python)
        self.request = request
        if record.template == nil {
            let answers = try UpdateRequest(folder: request.folder).answers(over: record, catalog)
            name = answers.name.folder
            products = BuildProducts(uploads: answers.uploads, commands: answers.commands)
            greeting = answers.framework.manifest.greeting
        } else {
            // The template's place is not known, and with it neither are its texts.
            name = try catalog.projectName(record.name, for: catalog.defaultFramework).folder
            products = .none
            greeting = ""
        }
    }

    /// Brings the project onto the host, and prints what it does.
    ///
    /// The token is not looked at here: the program that this starts has it from the environment.
    ///
    /// - Parameters:
    ///   - interpreter: The Python that does it.
    ///   - errors: How many errors a check of the project found. With any, it only tells that they stop
    ///     it, in the form that was asked for.
    /// - Returns: The exit code.
    /// - Throws: ``CheckError`` where Python could not be run.
    public func run(
        with interpreter: PythonInterpreter,
        after errors: Int = 0
    ) throws(CheckError) -> Int32 {
        let temporary = try TemporaryDirectory(for: .deployer)
        defer { temporary.remove() }
        let refusal = errors > 0 ? ["--check-errors=\(errors)"] : []
        return try runChild(interpreter.path, temporary.command(words + refusal))
    }

    /// The deployer's words for it.
    var words: [String] {
        var words = [
            operand(request.folder), "--name=\(name)", "--user=\(account)", "--domain=\(domain)",
            "--python=\(python)", "--greeting=\(greeting)",
        ]
        words += products.uploads.map { "--upload=\($0)" }
        words += products.commands.map { "--build=\($0)" }
        if request.replacesEntryFile { words.append("--replace-wsgi") }
        if request.assumesInstalled { words.append("--assume-installed") }
        if request.isDryRun { words.append("--dry-run") }
        if request.asJSON { words.append("--json") }
        return words
    }

    /// Returns a path that no parser takes for an option.
    private func operand(_ path: String) -> String { path.hasPrefix("-") ? "./" + path : path }
}
