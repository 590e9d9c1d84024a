// Calls swift-mustache, with dictionaries (which are faster for it than structures) and a library for
// partials.

import Mustache

/// A page for swift-mustache.
struct Peer: Contender {
    private let template: MustacheTemplate
    private let library: MustacheLibrary
    private let object: Any

    init(_ page: Page) throws {
        template = try MustacheTemplate(string: page.template)
        library = MustacheLibrary(
            templates: try page.partials.mapValues { try MustacheTemplate(string: $0) }
        )
        object = page.data.object
    }

    static func parse(_ template: String) throws {
        let template = try MustacheTemplate(string: template)
        withExtendedLifetime(template) {}
    }

    func render() throws -> String {
        template.render(object, library: library)
    }
}
