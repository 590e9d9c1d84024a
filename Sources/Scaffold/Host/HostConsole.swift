// Whether pa-new runs in a Bash console on PythonAnywhere: then the account is known, and a project is already
// where PythonAnywhere needs it, so that nothing has to be packed and uploaded.

/// A Bash console on PythonAnywhere.
public struct HostConsole: Sendable, Hashable {
    /// The account, whose console it is.
    public let account: AccountName
    /// Whether the account is on the EU system.
    public let isEuropean: Bool
    /// The current folder, from `/` on.
    let folder: String

    /// The domains of the two systems, which PythonAnywhere puts into ``domainVariable``.
    private static let systems = ["pythonanywhere.com": false, "eu.pythonanywhere.com": true]
    private static let domainVariable = "PYTHONANYWHERE_DOMAIN"
    private static let siteVariable = "PYTHONANYWHERE_SITE"

    /// Recognises a console by its environment; nil for any other place.
    ///
    /// PythonAnywhere sets two variables, and home folders are `/home/USER` there. On a computer of the user's
    /// own, people set one of these variables for a tool, but hardly both.
    ///
    /// - Parameters:
    ///   - environment: The environment variables.
    ///   - folder: The current folder, from `/` on.
    public init?(environment: [String: String], folder: String) {
        guard let domain = environment[Self.domainVariable],
            let isEuropean = Self.systems[domain],
            let site = environment[Self.siteVariable], !site.isEmpty,
            let home = environment["HOME"], home.hasPrefix("/home/"),
            let account = try? AccountName(String(home.dropFirst("/home/".count)))
        else { return nil }
        if let user = environment["USER"], !user.isEmpty, user != account.description {
            return nil
        }
        self.account = account
        self.isEuropean = isEuropean
        self.folder = folder
    }

    /// The domain that the account has.
    package var domain: Domain { Domain(of: account, isEuropean: isEuropean) }

    /// Returns a path from `/` on, without `.` and `..`.
    ///
    /// - Parameter path: A path, relative to the current folder or absolute.
    /// - Returns: The path.
    package func absolute(_ path: String) -> String {
        var names: [Substring] = []
        for name in (path.hasPrefix("/") ? path : folder + "/" + path).split(separator: "/") {
            switch name {
            case ".": continue
            case "..": _ = names.popLast()
            default: names.append(name)
            }
        }
        return "/" + names.joined(separator: "/")
    }
}

extension ProjectConfiguration {
    /// The console in which the next steps are done: nil elsewhere, for another account, and for a project
    /// that must be built, which needs a computer with the compiler.
    func usable(_ console: HostConsole?) -> HostConsole? {
        guard let console, framework.manifest.uploads.isEmpty else { return nil }
        return account == console.account ? console : nil
    }
}
