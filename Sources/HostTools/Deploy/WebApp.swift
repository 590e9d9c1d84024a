// The web app of a project on PythonAnywhere: its account and its domain.

import Scaffold

/// A web app on PythonAnywhere.
struct WebApp: Sendable, Hashable {
    /// The account.
    let account: AccountName
    /// The domain.
    let domain: Domain

    /// Takes the account and the domain from the command line or from a project's record.
    ///
    /// - Parameters:
    ///   - record: The project's record.
    ///   - user: The account; nil for the recorded one.
    ///   - domain: The domain; nil for the recorded one, or the account's first.
    ///   - isEuropean: Whether the account is on the EU system, if no domain tells.
    ///   - command: The command that needs them, for the error.
    /// - Throws: ``DeployError/noAccount(command:)``, or ``ScaffoldError`` for a value that is not valid.
    init(
        of record: ProjectRecord,
        user: String?,
        domain: String?,
        isEuropean: Bool,
        for command: String
    ) throws {
        guard let user = user ?? record.user else { throw DeployError.noAccount(command: command) }
        account = try AccountName(user)
        // With another account, the recorded domain no longer applies.
        let recorded = user == record.user ? record.domain : nil
        if let text = domain ?? recorded {
            self.domain = try Domain(text)
        } else {
            self.domain = Domain(of: account, isEuropean: isEuropean)
        }
        guard self.domain.canBelong(to: account) else {
            throw ScaffoldError.domainOfAnotherAccount(self.domain, account)
        }
    }
}
