// What an update is called.

import Testing

@testable import Scaffold

@Suite("The title of an update")
struct UpdateTitleTests {
    private static let first = String(repeating: "a", count: 40)
    private static let second = String(repeating: "b", count: 40)

    /// The record of a project.
    private static func record(_ version: String, _ template: String? = nil) throws -> ProjectRecord
    {
        let source = template.map { #", "template": {\#($0)}"# } ?? #", "framework": "handler""#
        let text = #"{"pa-new": "\#(version)", "name": "shop", "python": "3.13"\#(source)}"#
        return try ProjectRecord(Array(text.utf8))
    }

    private static func template(_ commit: String?, digest: Character, name: String = "web")
        -> String
    {
        let address = commit.map { #", "address": "gh:a/b", "commit": "\#($0)""# } ?? ""
        return
            #""name": "\#(name)", "sha256": "\#(String(repeating: digest, count: 64))"\#(address)"#
    }

    @Test(
        "says which of pa-new and the template is a newer one",
        arguments: [
            ("0.1.0", nil, "0.2.0", nil, "Update to pa-new 0.2.0"),
            ("0.2.0", nil, "0.2.0", nil, "Update to pa-new 0.2.0"),
            (
                "0.2.0", template(first, digest: "1"), "0.2.0", template(second, digest: "2"),
                "Update to web bbbbbbbbbb"
            ),
            (
                "0.1.0", template(first, digest: "1"), "0.2.0", template(second, digest: "2"),
                "Update to pa-new 0.2.0 and web bbbbbbbbbb"
            ),
            (
                "0.1.0", template(first, digest: "1"), "0.2.0", template(first, digest: "1"),
                "Update to pa-new 0.2.0"
            ),
            (
                "0.2.0", template(nil, digest: "1"), "0.2.0", template(nil, digest: "2"),
                "Update to the template web"
            ),
            (
                "0.2.0", nil, "0.2.0", template(second, digest: "2", name: "a\\nb"),
                "Update to 'a\\u{a}b' bbbbbbbbbb"
            ),
            ("0.2.0", template(first, digest: "1"), "0.2.0", nil, "Update to pa-new 0.2.0"),
        ] as [(String, String?, String, String?, String)]
    )
    func title(
        version: String,
        template: String?,
        newVersion: String,
        newTemplate: String?,
        expected: String
    ) throws {
        let before = try Self.record(version, template)
        let after = try Self.record(newVersion, newTemplate)
        #expect(updateTitle(from: before, to: after) == expected)
    }
}
