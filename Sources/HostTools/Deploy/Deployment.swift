// Bringing a project onto the host: what is known of it here, for the part in `HostPython/pa_new_deploy/`.

import ProjectFiles
import Scaffold

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

    /// Checks what a project was made from, and what is asked for.
    ///
    /// - Parameters:
    ///   - request: What is asked for.
    ///   - loaded: The project.
    ///   - catalog: The frameworks there are.
    ///   - isEuropean: Whether the account is on the EU system, where no domain says so.
    /// - Throws: ``DeployError`` or ``ScaffoldError`` for the first thing that cannot be used.
    package init(
        _ request: DeployRequest,
        _ loaded: LoadedProject,
        from catalog: Catalog,
        isEuropean: Bool
    ) throws {
        let record = loaded.record
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
        switch loaded.project {
        case .success(let project):
            name = project.configuration.name.folder
            greeting = project.configuration.framework.manifest.greeting
        case .failure(let error):
            throw DeployError.badProject(folder: request.folder, error)
        case nil:
            // The template's place is not known, and with it neither are its texts.
            name = try catalog.projectName(record.name, for: catalog.defaultFramework).folder
            greeting = ""
        }
        products = loaded.products
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
    /// - Throws: ``PythonError`` where Python could not be run.
    public func run(
        with interpreter: PythonInterpreter,
        after errors: Int = 0
    ) throws(PythonError) -> Int32 {
        let temporary = try TemporaryDirectory(for: .deployer)
        defer { temporary.remove() }
        let refusal = errors > 0 ? ["--check-errors=\(errors)"] : []
        return try temporary.run(with: interpreter, arguments + refusal)
    }

    /// The deployer's arguments for it.
    var arguments: [String] {
        var arguments = [
            operand(request.folder), "--name=\(name)", "--user=\(account)", "--domain=\(domain)",
            "--python=\(python)", "--greeting=\(greeting)",
        ]
        arguments += products.uploads.map { "--upload=\($0)" }
        arguments += products.commands.map { "--build=\($0)" }
        if request.replacesEntryFile { arguments.append("--replace-wsgi") }
        if request.assumesInstalled { arguments.append("--assume-installed") }
        if request.isDryRun { arguments.append("--dry-run") }
        if request.asJSON { arguments.append("--json") }
        return arguments
    }

    /// Returns a path that no parser takes for an option.
    private func operand(_ path: String) -> String { path.hasPrefix("-") ? "./" + path : path }
}
