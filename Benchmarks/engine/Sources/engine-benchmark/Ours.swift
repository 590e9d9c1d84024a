// Calls the engine of this repository. Its type and the module of the peer have the same name, so each
// engine has a file that imports only it.

import OurMustache

/// A page for the engine of this repository.
struct Ours: Contender {
    private let template: Mustache.Template
    private let partials: [String: Mustache.Template]
    private let value: Mustache.Value

    init(_ page: Page) throws {
        template = try Mustache.Template(page.template)
        partials = try page.partials.mapValues { try Mustache.Template($0) }
        value = Self.value(of: page.data)
    }

    static func parse(_ template: String) throws {
        let template = try Mustache.Template(template)
        precondition(!template.path.isEmpty)
    }

    func render() throws -> String {
        try template.render(value, partials: partials)
    }

    private static func value(of data: Datum) -> Mustache.Value {
        switch data {
        case .text(let text): .string(text)
        case .number(let number): .integer(number)
        case .truth(let truth): .bool(truth)
        case .list(let items): .list(items.map(value(of:)))
        case .object(let members): .object(members.mapValues(value(of:)))
        }
    }
}
