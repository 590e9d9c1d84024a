// The names that templates can use, and rendering with them.

import Mustache
import ProjectFiles

/// The names that templates can use.
struct Context: Sendable {
    /// The names with their values.
    let values: [String: Mustache.Value]

    /// The names that every template can use.
    ///
    /// A question cannot have one of them as its key.
    static let ownNames: Set<String> = Set(Pipeline.names(for: nil).keys).union([
        "name", "package", "module", "title", "framework", "language", "greeting", "python",
        "hasRequirements", "hasUser", "user", "domain", "url", "home", "sourceFolder",
        "staticFolder", "virtualenv", "wsgiFile", "mysqlHost",
        "pythons", AgentsFile.name, UpdateJob.name, "steps", "number", "action", "hasCommands",
        "commands",
    ])

    /// The names that are known only inside a list, each with the list.
    static let namesInLists = [
        "number": "steps", "action": "steps", "hasCommands": "steps", "commands": "steps",
    ]

    /// Every name, including those that are known only inside a list.
    var names: Set<String> {
        func names(in value: Mustache.Value) -> Set<String> {
            switch value {
            case .object(let members):
                members.values.reduce(into: Set(members.keys)) { $0.formUnion(names(in: $1)) }
            case .list(let elements): elements.reduce(into: ["."]) { $0.formUnion(names(in: $1)) }
            default: []
            }
        }
        return names(in: .object(values))
    }

    /// Creates the names of a project, including its next steps.
    ///
    /// - Parameter project: The project.
    init(_ project: Project) {
        let steps = NextSteps(project, parent: "..").steps.enumerated().map { index, step in
            [
                "number": .string(String(index + 1)),
                "action": .string(step.action),
                "hasCommands": .bool(!step.commands.isEmpty),
                "commands": .list(step.commands.map { .string($0) }),
            ] as Mustache.Value
        }
        values = project.names.merging(["steps": .list(steps)]) { $1 }
    }

    /// Creates a context from the given names.
    init(values: [String: Mustache.Value]) {
        self.values = values
    }

    /// Renders a template with these names, in strict mode, because the result is source code.
    ///
    /// - Parameters:
    ///   - text: The template.
    ///   - path: The path of the template, for errors.
    ///   - partials: The partials that it can include.
    /// - Returns: The rendered text, as bytes of UTF-8.
    /// - Throws: ``ScaffoldError/badTemplate(_:)`` with the location of the first mistake.
    func render(
        _ text: String,
        path: String,
        partials: [String: Mustache.Template] = [:]
    ) throws(ScaffoldError) -> [UInt8] {
        let template = try parsed(text, path: path)
        do {
            return try template.renderBytes(.object(values), partials: partials, mode: .strict)
        } catch {
            throw .badTemplate(error)
        }
    }
}

/// Parses a template for source code.
func parsed(_ text: String, path: String) throws(ScaffoldError) -> Mustache.Template {
    do {
        return try Mustache.Template(text, path: path)
    } catch {
        throw .badTemplate(error)
    }
}
