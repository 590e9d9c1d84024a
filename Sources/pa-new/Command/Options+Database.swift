// The option for a project's database, whose values come from the frameworks.

import Scaffold

extension Option {
    /// The option for the database, if a framework offers one.
    static func database(_ catalog: Catalog) -> [Option] {
        let words = catalog.databases
        guard !words.isEmpty else { return [] }
        let frameworks = catalog.offered(in: nil).filter { !$0.databases.isEmpty }.map(\.name)
        return [
            Option(
                name: .database,
                value: "DB",
                kind: .choice(words.map { Choice($0) }),
                commands: [.create],
                help: "database of the project, for frameworks that offer one "
                    + "(\(listed(frameworks))): \(listed(words, conjunction: "or")) "
                    + "(default: \(Framework.noDatabase)); the same as --set database=DB"
            )
        ]
    }
}
