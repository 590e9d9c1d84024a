// What an app that is loaded here is given of PythonAnywhere: its domain, its variables, its paths.

import Scaffold

/// The conditions of PythonAnywhere under which an app is loaded on this computer.
public struct HostConditions: Sendable, Hashable {
    /// The account on PythonAnywhere; nil for the project's own.
    public var account: String?
    /// The domain of the web app; nil for the project's own.
    public var domain: String?
    /// The names of the variables of this process that the app is given, too.
    public var variables: [String]
    /// A file of variables that the app is given, too.
    public var variablesFile: String?
    /// Whether Linux namespaces may give the app PythonAnywhere's paths.
    public var usesNamespaces: Bool

    /// Creates the conditions.
    ///
    /// - Parameters:
    ///   - account: The account on PythonAnywhere; nil for the project's own.
    ///   - domain: The domain of the web app; nil for the project's own.
    ///   - variables: The names of the variables of this process that the app is given, too.
    ///   - variablesFile: A file of variables that the app is given, too.
    ///   - usesNamespaces: Whether Linux namespaces may give the app PythonAnywhere's paths.
    public init(
        account: String? = nil,
        domain: String? = nil,
        variables: [String] = [],
        variablesFile: String? = nil,
        usesNamespaces: Bool = true
    ) {
        self.account = account
        self.domain = domain
        self.variables = variables
        self.variablesFile = variablesFile
        self.usesNamespaces = usesNamespaces
    }

    /// Returns the checker's arguments for the conditions, and for what a project's record knows of them.
    ///
    /// - Parameter project: The project, if pa-new made it.
    /// - Returns: The arguments.
    func arguments(for project: LoadedProject?) -> [String] {
        var arguments: [String] = []
        if let record = project?.record {
            arguments.append("--project-name=\(project?.folder ?? record.name)")
            if let domain = record.domain { arguments.append("--record-domain=\(domain)") }
        }
        if let account = account ?? project?.record.user {
            arguments.append("--account=\(account)")
        }
        if let domain { arguments.append("--domain=\(domain)") }
        arguments += variables.map { "--env=\($0)" }
        if let variablesFile { arguments.append("--env-file=\(variablesFile)") }
        if !usesNamespaces { arguments.append("--no-namespaces") }
        return arguments
    }
}

extension LoadedProject {
    /// The name of the project's folder on PythonAnywhere; nil if today's templates do not allow its name.
    fileprivate var folder: String? {
        guard case .success(let project)? = project else { return nil }
        return project.configuration.name.folder
    }
}
