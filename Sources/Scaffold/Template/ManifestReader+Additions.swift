// Reads what a manifest adds to existing projects.

import JSON
import Mustache
import ProjectFiles

extension ManifestReader {
    /// Reads `additions`: an object with an addition for each kind.
    mutating func readAdditions(_ json: JSONText?, into manifest: inout Manifest) {
        guard let json else { return }
        let kinds = AdditionKind.allCases.map(\.rawValue)
        guard let fields = fields(of: json, called: "additions", known: kinds) else { return }
        for kind in AdditionKind.allCases {
            guard let field = fields[kind.rawValue] else { continue }
            manifest.additions[kind] = addition(field, called: kind.rawValue)
        }
    }

    private mutating func addition(_ json: JSONText, called name: String) -> Addition? {
        let known = ["path", "routes", "pieces"]
        guard let fields = fields(of: json, called: name, known: known) else { return nil }
        var addition = Addition()
        addition.path = template(fields["path"], "path") ?? addition.path
        if let field = fields["routes"] { addition.routes = routes(field) }
        guard let pieces = fields["pieces"] else {
            problems.append((json.offset, .missingKey("pieces")))
            return nil
        }
        let elements = list(pieces, "pieces", most: 100)
        if case .list = pieces.content, elements.isEmpty {
            problems.append((pieces.offset, .empty(key: "pieces")))
        }
        for element in elements {
            if let piece = piece(element) { addition.pieces.append(piece) }
        }
        return addition
    }

    private mutating func routes(_ json: JSONText) -> Addition.Routes? {
        let known = ["folder", "calls", "ordered"]
        guard let fields = fields(of: json, called: "routes", known: known) else { return nil }
        for key in ["folder", "calls"] where fields[key] == nil {
            problems.append((json.offset, .missingKey(key)))
        }
        let calls = lines(fields["calls"], "calls", most: 100).map(\.text)
        let isOrdered = truth(fields["ordered"], "ordered") ?? false
        guard let folder = path(fields["folder"], "folder") else { return nil }
        return Addition.Routes(folder: folder, calls: calls, isOrdered: isOrdered)
    }

    private mutating func piece(_ json: JSONText) -> Addition.Piece? {
        let known = ["file", "at", "add", "from", "needs", "names", "when"]
        guard let fields = fields(of: json, called: "a piece", known: known) else { return nil }
        for key in ["file", "at"] where fields[key] == nil {
            problems.append((json.offset, .missingKey(key)))
        }
        let text = template(fields["add"], "add")
        let source = line(fields["from"], "from")
        if let field = fields["from"], fields["add"] != nil {
            problems.append((field.offset, .excluded("from", by: "add")))
        } else if fields["from"] == nil, fields["add"] == nil {
            problems.append((json.offset, .missingKey("add")))
        }
        let needs = templates(fields["needs"], "needs")
        let names = templates(fields["names"], "names")
        let condition = condition(fields["when"], isQuestion: false)
        let file = path(fields["file"], "file")
        guard let file, let field = fields["at"], let words = line(field, "at") else { return nil }
        if CodeSyntax(of: file) == nil { problems.append((json.offset, .unknownCode(file))) }
        guard let place = Addition.Place(words) else {
            problems.append((field.offset, .badPlace(words)))
            return nil
        }
        if let source { additionSources.append((source, fields["from"]?.offset ?? json.offset)) }
        return Addition.Piece(
            file: file,
            place: place,
            text: text,
            source: source,
            needs: needs,
            names: names,
            condition: condition
        )
    }

    /// Reads a text that is a template.
    private mutating func template(_ json: JSONText?, _ key: String) -> String? {
        guard let text = line(json, key), let json else { return nil }
        additionTexts.append((text, json.offset))
        return text
    }

    private mutating func templates(_ json: JSONText?, _ key: String) -> [String] {
        let lines = lines(json, key, most: 100)
        additionTexts += lines
        return lines.map(\.text)
    }

    /// Reads a path below the project's folder, which is a template.
    private mutating func path(_ json: JSONText?, _ key: String) -> String? {
        guard let path = template(json, key), let json else { return nil }
        if let problem = pathProblem(path) {
            problems.append((json.offset, .badAdditionPath(path, problem)))
            return nil
        }
        return path
    }
}

extension Addition.Place {
    /// The words that say a place.
    static let forms = [
        "end", "end before TEXT", "list NAME", "import MODULE", "call FUNCTION",
    ]

    /// Reads the words that say a place.
    ///
    /// - Parameter words: One of ``forms``.
    init?(_ words: String) {
        let parts = words.split(separator: " ", maxSplits: 1).map(String.init)
        switch (parts.first, parts.dropFirst().first) {
        case ("end", nil): self = .end(before: nil)
        case ("end", let rest?) where rest.hasPrefix("before "):
            self = .end(before: String(rest.dropFirst("before ".count)))
        case ("list", let name?): self = .list(name)
        case ("import", let module?): self = .imported(module)
        case ("call", let function?): self = .call(function)
        default: return nil
        }
    }
}
