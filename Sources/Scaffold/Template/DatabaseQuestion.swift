// The question about a project's database, which the option `--database` answers, too.

extension Framework {
    /// The key of the question.
    public static let databaseKey = "database"

    /// The answer for no database, which is also right for a template without the question.
    public static let noDatabase = "none"

    /// The databases that the question offers; empty if the template has no such question.
    public var databases: [String] { listing.databases }

    /// Whether the template asks for the database.
    private var asksForDatabase: Bool {
        manifest.questions.contains { $0.key == Self.databaseKey }
    }

    /// Returns all answers that a request gives to the template's questions.
    ///
    /// - Parameters:
    ///   - request: The request. Its answers file is read.
    ///   - catalog: The available frameworks, for the error.
    /// - Returns: The answers from the file, then the others.
    /// - Throws: ``ScaffoldError/noDatabase(framework:template:offering:)`` if the request names a database and the
    ///   template does not ask for one, or the errors of ``readAnswers(_:)``.
    public func answers(
        in request: Request,
        _ catalog: Catalog
    ) throws(ScaffoldError) -> [AnswerInput] {
        let database = try databaseAnswer(in: request, catalog)
        let file: [AnswerInput] =
            if let path = request.answersFile { try readAnswers(path) } else { [] }
        return file + request.answers + database
    }

    /// Returns the answer of `--database`, if there is one.
    private func databaseAnswer(
        in request: Request,
        _ catalog: Catalog
    ) throws(ScaffoldError) -> [AnswerInput] {
        guard let word = request.database else { return [] }
        guard asksForDatabase else {
            if word == Self.noDatabase { return [] }
            let known = catalog.frameworks.filter { !$0.databases.isEmpty }
            throw .noDatabase(
                framework: name,
                template: request.template,
                offering: known.map(\.name)
            )
        }
        return [AnswerInput(key: Self.databaseKey, value: .typed(word), origin: .option)]
    }
}

extension Manifest {
    /// The databases that the question offers; empty if there is no such question.
    var databases: [String] {
        guard
            let question = questions.first(where: { $0.key == Framework.databaseKey }),
            case .choice(let words) = question.kind
        else { return [] }
        return words
    }
}

extension Catalog {
    /// The values of `--database`: those of every framework, each once.
    public var databases: [String] {
        var seen: Set<String> = []
        return frameworks.flatMap(\.databases).filter { seen.insert($0).inserted }
    }
}
