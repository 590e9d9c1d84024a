// Addresses of templates: what they mean, and which are refused.

import Testing

@testable import ProjectFiles
@testable import Scaffold

@Suite("Addresses of templates")
struct TemplateAddressTests {
    @Test(
        "name a repository, and perhaps a branch and a folder",
        arguments: [
            ("gh:ada/web", "https://github.com/ada/web.git", nil, nil, "web"),
            ("gh:ada/web.git", "https://github.com/ada/web.git", nil, nil, "web"),
            ("gh:ada/web@v1.2", "https://github.com/ada/web.git", "v1.2", nil, "web"),
            ("gh:ada/web@feature/x#a/b", "https://github.com/ada/web.git", "feature/x", "a/b", "b"),
            ("gh:ada/web#b/", "https://github.com/ada/web.git", nil, "b", "b"),
            ("gl:a/b/c/web@main", "https://gitlab.com/a/b/c/web.git", "main", nil, "web"),
            ("https://h.example/x", "https://h.example/x", nil, nil, "x"),
            ("https://h.example:8443/a/x.git@v1", "https://h.example:8443/a/x.git", "v1", nil, "x"),
            ("git+https://h/x", "https://h/x", nil, nil, "x"),
            (
                "git+ssh://git@h.example:22/a/x.git@v1#f", "ssh://git@h.example:22/a/x.git", "v1",
                "f", "f"
            ),
            ("git+ssh://h/x", "ssh://h/x", nil, nil, "x"),
            ("git+file:///srv/x.git#a", "file:///srv/x.git", nil, "a", "a"),
            ("git+file:///a%20b/x", "file:///a%20b/x", nil, nil, "x"),
            ("https://h/~ada/x_y-z+1", "https://h/~ada/x_y-z+1", nil, nil, "x_y-z+1"),
            (
                "gh:ada/web@0123456789abcdef0123456789abcdef01234567",
                "https://github.com/ada/web.git",
                "0123456789abcdef0123456789abcdef01234567", nil, "web"
            ),
        ] as [(String, String, String?, String?, String)]
    )
    func valid(text: String, url: String, ref: String?, folder: String?, name: String) throws {
        #expect(TemplateAddress.isMeant(by: text))
        let address = try TemplateAddress(text)
        #expect(address.url == url)
        #expect(address.ref == ref)
        #expect(address.folder == folder)
        #expect(address.name == name)
        let again = try TemplateAddress(
            repository: address.repository,
            ref: address.ref,
            folder: address.folder
        )
        #expect(again == address)
        #expect(try TemplateAddress(address.text) == address)
    }

    @Test(
        "are refused if they could mean something else",
        arguments: [
            ("gh:ada", .noRepository(form: "gh:OWNER/NAME")),
            ("gh:", .noRepository(form: "gh:OWNER/NAME")),
            ("gh:a/b/c", .noRepository(form: "gh:OWNER/NAME")),
            ("gl:a", .noRepository(form: "gl:OWNER/NAME")), ("gh:/web", .badPath("//web")),
            ("gh:ada/..", .badPath("/ada/..")), ("gh:-x/web", .badPath("/-x/web")),
            ("gh:a/b?c", .badPath("/a/b?c")), ("gh:a/$(x)", .badPath("/a/$(x)")),
            ("gh:a/b c", .character(" ")), ("gh:a/b\n", .character("\n")),
            ("gh:a/\u{202E}b", .character("\u{202E}")),
            ("gh:a/b\\c", .character("\\")), ("gh:a/b@", .badRef("")), ("gh:a/b@-x", .badRef("-x")),
            ("gh:a/b@--upload-pack=x", .badRef("--upload-pack=x")), ("gh:a/b@+x", .badRef("+x")),
            ("gh:a/b@x:y", .badRef("x:y")), ("gh:a/b@x..y", .badRef("x..y")),
            ("gh:a/b@x^", .badRef("x^")),
            ("gh:a/b@*", .badRef("*")), ("gh:a/b@.x", .badRef(".x")),
            ("gh:a/b@x.lock", .badRef("x.lock")),
            ("gh:a/b@/x", .badRef("/x")), ("gh:a/b#", .badFolder("")),
            ("gh:a/b#/etc", .badFolder("/etc")),
            ("gh:a/b#../x", .badFolder("../x")), ("gh:a/b#x/../y", .badFolder("x/../y")),
            ("gh:a/b#.git", .badFolder(".git")), ("gh:a/b#:x", .badFolder(":x")),
            ("https://ada:secret@h/x", .password), ("https://token@h/x", .password),
            ("http://ada:secret@h/x", .password), ("git+ssh://ada:secret@h/x", .password),
            ("http://h/x", .scheme("http", instead: "https://h/x")),
            ("git+http://h/x", .scheme("git+http", instead: "https://h/x")),
            ("git://h/x", .scheme("git", instead: "https://h/x")),
            ("ssh://git@h/x", .scheme("ssh", instead: "git+ssh://git@h/x")),
            ("file:///x", .scheme("file", instead: "git+file:///x")),
            ("ext://sh/x", .scheme("ext", instead: nil)),
            ("ftp://h/x", .scheme("ftp", instead: nil)),
            (
                "git@github.com:a/b",
                .scheme("git@github.com", instead: "git+ssh://git@github.com/a/b")
            ),
            ("https://", .badHost("")), ("https:///x", .badHost("")),
            ("https://-h/x", .badHost("-h")),
            ("https://h", .badPath("")), ("https://h/", .badPath("/")),
            ("https://h..x/a", .badHost("h..x")),
            ("https://h:99999/x", .badHost("h:99999")), ("https://h:/x", .badHost("h:")),
            ("git+ssh://-oProxyCommand=x/y", .badHost("-oProxyCommand=x")),
            ("git+ssh://-oProxyCommand=x@h/y", .badHost("-oProxyCommand=x@h")),
            ("git+ssh://a@b@h/y", .badHost("a@b@h")),
            ("git+file://x/y", .noRepository(form: "git+file:///PATH")),
            ("git+file://../y", .noRepository(form: "git+file:///PATH")),
            ("git+file:///x/../y", .badPath("/x/../y")),
            ("https://h/x?token=secret", .badPath("/x?token=secret")),
            ("https://h/" + String(repeating: "x", count: 3000), .tooLong(most: 2048)),
        ] as [(String, TemplateAddress.Problem)]
    )
    func invalid(text: String, problem: TemplateAddress.Problem) {
        #expect(TemplateAddress.isMeant(by: text))
        #expect(throws: problem) { try TemplateAddress(text) }
        let diagnostic = problem.diagnostic(for: text)
        let words = [diagnostic.message, diagnostic.reason ?? "", diagnostic.hint ?? ""].joined()
        #expect(!words.contains("secret") && !words.contains("token@"), "\(words)")
    }

    @Test(
        "are not paths of folders",
        arguments: [
            "page", "./gh:x", "../x", "/srv/x", "a/b:c", "a@b", "C:\\x", "x:y", ":", "", "-x",
            "~/gh:a",
        ]
    )
    func paths(text: String) { #expect(!TemplateAddress.isMeant(by: text)) }

    @Test(
        "are shown without passwords",
        arguments: [
            (
                "fatal: unable to access 'https://ada:secret@h/x/': no",
                "fatal: unable to access 'https://…@h/x/': no"
            ),
            ("https://a b:secret@h/x", "https://…@h/x"), ("ssh://git@h/x", "ssh://git@h/x"),
            ("https://h/x@v1", "https://h/x@v1"),
            ("https://h/x?t=secret#a and", "https://h/x?… and"),
            ("//a@b //c@d", "//…@b //…@d"), ("//", "//"), ("", ""),
        ]
    )
    func passwords(text: String, shown: String) { #expect(withoutPasswords(text) == shown) }

    @Test("can name a branch with an @, written as %40")
    func atInRef() throws {
        let address = try TemplateAddress("gh:ada/templates@v1%40web#a")
        #expect(address.source.ref == "v1@web" && address.text == "gh:ada/templates@v1%40web#a")
        for ref in ["%40", "a%40{b", "a@b"] {
            #expect(throws: TemplateAddress.Problem.badRef(ref)) {
                _ = try TemplateAddress(repository: "gh:ada/templates", ref: ref, folder: nil)
            }
        }
    }

    @Test("keep the branch and the folder in a suggestion")
    func suggestion() {
        #expect(throws: TemplateAddress.Problem.scheme("file", instead: "git+file:///t.git@v1#a")) {
            _ = try TemplateAddress("file:///t.git@v1#a")
        }
    }
}
