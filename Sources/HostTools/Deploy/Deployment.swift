// Deploys a project: checks the request, then runs `HostPython/pa_new_deploy/`.

import JSON
import ProjectFiles
import Scaffold

/// A project with everything that is needed to deploy it, checked.
public struct Deployment: Sendable {
    /// The name of the project's folder on PythonAnywhere.
    let name: String
    /// The account on PythonAnywhere.
    let account: AccountName
    /// The domain of the web app.
    let domain: Domain
    /// The Python version of the web app.
    public let python: PythonVersion
    /// The files to upload and their build commands, if not the whole project is uploaded.
    let products: BuildProducts
    /// The text of the generated first page; empty if not known.
    let greeting: String
    /// The steps on PythonAnywhere that the API cannot do, each as a JSON document.
    let hostSteps: [String]
    /// The folders of installed packages that PythonAnywhere serves.
    let staticFolders: [StaticFolder]
    /// The entry file of an app that was there already, if it has another name than the usual one.
    let entry: String?
    /// The command that makes the project ready for a bundle of packages, if there is one.
    let bundleCommand: String?
    private let request: DeployRequest

    /// Checks the project's record and the request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - loaded: The project.
    ///   - catalog: The available frameworks.
    ///   - isEuropean: Whether the account is on the EU system, if no domain tells.
    /// - Throws: ``DeployError`` or ``ScaffoldError`` for the first value that is not valid.
    package init(
        _ request: DeployRequest,
        _ loaded: LoadedProject,
        from catalog: Catalog,
        isEuropean: Bool
    ) throws {
        let record = loaded.record
        let app = try WebApp(
            of: record,
            user: request.user,
            domain: request.domain,
            isEuropean: isEuropean,
            for: "deploy"
        )
        account = app.account
        domain = app.domain
        python = try PythonVersion(request.python ?? record.python)
        self.request = request
        name = try loaded.sourceFolder(in: request.folder)
        // Of a template of the user's own, neither the folder nor the texts are known.
        greeting = try loaded.project?.get().configuration.framework.manifest.greeting ?? ""
        products = loaded.products
        hostSteps = try loaded.hostSteps(for: account, domain, python, from: catalog).map {
            try JSONDocument.text(of: $0)
        }
        staticFolders = record.staticFolders ?? []
        entry = record.entry
        bundleCommand = loaded.bundleCommand(in: request.folder)
    }

    /// Deploys the project to PythonAnywhere, or undoes that, and prints what it does.
    ///
    /// The token is not used here: the Python program gets it through its stdin.
    ///
    /// - Parameters:
    ///   - interpreter: The Python that runs the deployer.
    ///   - errors: The number of errors that a check of the project found. If there are any, the deployer
    ///     only reports, in the requested format, that they prevent the deployment.
    /// - Returns: The exit code.
    /// - Throws: ``PythonError`` if Python cannot be run.
    public func run(
        with interpreter: PythonInterpreter,
        after errors: Int = 0
    ) throws(PythonError) -> Int32 {
        let temporary = try TemporaryDirectory(for: .deployer)
        defer { temporary.remove() }
        let refusal = errors > 0 ? ["--check-errors=\(errors)"] : []
        return try temporary.run(with: interpreter, arguments + refusal, passesToken: true)
    }

    /// The conditions under which a check loads the app: those of the web app that is deployed.
    public var conditions: HostConditions {
        HostConditions(account: account.description, domain: domain.description)
    }

    /// Whether the project's folder is the one that the web app uses: in a console on PythonAnywhere.
    ///
    /// - Parameter console: The console.
    /// - Returns: Whether nothing has to be uploaded.
    package func isInPlace(in console: HostConsole) -> Bool {
        console.account == account && console.absolute(request.folder) == "/home/\(account)/\(name)"
    }

    /// The deployer's arguments.
    var arguments: [String] {
        (request.undoes ? undoing : deploying)
            + ["--name=\(name)", "--user=\(account)", "--domain=\(domain)"]
            + (request.isDryRun ? ["--dry-run"] : []) + (request.asJSON ? ["--json"] : [])
    }

    /// The command and its arguments that an undo has and a deployment has not.
    private var undoing: [String] {
        ["undo"] + (entry.map { ["--entry=\($0)"] } ?? [])
            + (request.allowsEmpty ? ["--allow-empty"] : [])
            + (request.canAsk && !request.asJSON ? ["--ask"] : [])
    }

    /// The command and its arguments that a deployment has and an undo has not.
    private var deploying: [String] {
        var arguments = [
            "deploy", operand(request.folder), "--python=\(python)", "--greeting=\(greeting)",
        ]
        arguments += products.uploads.map { "--upload=\($0)" }
        arguments += products.commands.map { "--build=\($0)" }
        if request.replacesEntryFile { arguments.append("--replace-wsgi") }
        arguments += request.includes.map { "--include=\($0)" }
        if let packages = request.packages { arguments.append("--packages=\(packages.rawValue)") }
        if let bundleCommand { arguments.append("--bundle-command=\(bundleCommand)") }
        if request.overwritesData { arguments.append("--overwrite-data") }
        if let file = request.settingsFile { arguments.append("--env-file=\(file)") }
        if request.replacesSettings { arguments.append("--replace-env") }
        if !request.forcesHTTPS { arguments.append("--no-force-https") }
        arguments += hostSteps.map { "--step=\($0)" }
        arguments += staticFolders.map(\.argument)
        if request.assumesInstalled { arguments.append("--assume-installed") }
        return arguments
    }

}

extension LoadedProject {
    /// Returns the name of the project's folder on PythonAnywhere.
    ///
    /// - Parameter folder: The project's folder on this computer, for the error.
    /// - Returns: The name.
    /// - Throws: ``DeployError/badProject(folder:_:)`` if today's templates no longer support the project,
    ///   or ``ScaffoldError`` if its name is not valid.
    func sourceFolder(in folder: String) throws -> String {
        switch project {
        case .success(let project): project.configuration.name.folder
        case .failure(let error): throw DeployError.badProject(folder: folder, error)
        case nil: try ProjectName(recorded: record.name).folder
        }
    }
}

extension StaticFolder {
    /// The argument of the Python programs.
    var argument: String { "--package-static=\(url)=\(path)" }
}

/// Returns a path that cannot be mistaken for an option.
func operand(_ path: String) -> String { path.hasPrefix("-") ? "./" + path : path }
