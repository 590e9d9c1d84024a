// `pa-new template check`: all that is wrong with a template folder, each with its place.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("template check")
struct TemplateCheckTests {
    /// Returns what is found in a manifest, beside files that use every question.
    private func foundIn(
        manifest: String,
        _ files: [String: String] = ["a.txt": ""]
    ) async throws -> [String] {
        let files = files.merging(["manifest.json": manifest]) { $1 }
        return try await checkTemplate(files).lines.dropLast().filter { !$0.contains(" warning: ") }
    }

    @Test("says all that is wrong in one go, by file, line and column")
    func allAtOnce() async throws {
        let manifest = """
            {
              "titel": "T",
              "questions": [
                {"key": "a b"},
                {"key": "name"},
                {"key": "n", "type": "int", "promt": "N"},
                {"key": "w", "when": "later", "pattern": "(a"},
                {"key": "later", "type": "bool", "default": "yes"},
                {"key": "later", "default": 3},
                {"key": "c", "choices": ["x", "x"], "default": "y"}
              ],
              "files": {"a.tx": {"when": "latr"}, "a.txt": {"when": "c"}},
              "commands": ["make {{nam}}", 5]
            }
            """
        let files = [
            "manifest.json": manifest, "a.txt": "",
            "b.py.mustache":
                "{{#w}}\n{{ nmae }}\n{{/v}}\n{{> lst}}{{steps}}{{number}}{{>*w}}{{}}\n{{#open}}\n",
            "_partials/p": "{{> q}}", "_partials/q": "x\n {{> p}}\n", "_partials/r": "",
            "{{nmae}}/{{#a}}x": "", "A.txt": "", "nul.txt": "",
        ]
        let (lines, code) = try await checkTemplate(files)
        #expect(code == 1)
        #expect(
            lines == [
                "_partials/q:2:6: it includes itself: 'p', 'q' then 'p'",
                "_partials/r: warning: no template includes it",
                "a.txt: its path is not allowed in a project: it conflicts with 'A.txt'",
                "b.py.mustache:2:4: unknown name 'nmae', did you mean 'name'?",
                "b.py.mustache:3:4: 'v' cannot be closed here: close 'w' first",
                "b.py.mustache:4:5: unknown partial 'lst'",
                "b.py.mustache:4:12: 'steps' is a list or an object, not a text",
                "b.py.mustache:4:21: 'number' can only be used inside 'steps'",
                "b.py.mustache:4:33: 'w' cannot select a partial, because it is not a choice",
                "b.py.mustache:4:36: the tag has no name",
                "b.py.mustache:5:1: 'open' is not closed",
                "manifest.json:2:3: unknown key 'titel', did you mean 'title'?",
                "manifest.json:4:13: 'a b' is not a valid key: "
                    + "use a letter, then up to 63 letters, digits and '_'",
                "manifest.json:5:13: the name 'name' is reserved: pa-new defines it for every template",
                "manifest.json:6:13: warning: the answer to 'n' is not used",
                "manifest.json:6:26: there is no type 'int', did you mean 'integer'?",
                "manifest.json:6:33: unknown key 'promt', did you mean 'prompt'?",
                "manifest.json:7:26: the condition uses 'later' before it is answered",
                "manifest.json:7:46: '(' is not closed (character 1 of the pattern)",
                "manifest.json:8:49: the default is not a valid answer: "
                    + "it has to be true or false",
                "manifest.json:9:13: there is already a question 'later'",
                "manifest.json:9:33: the default is not a valid answer: it has to be a text",
                "manifest.json:10:35: there is already a choice 'x', or one that looks the same in conditions",
                "manifest.json:10:52: the default is not a valid answer: "
                    + "valid values: 'x' and 'x'",
                "manifest.json:12:13: there is no file or folder 'a.tx', did you mean 'A.txt'?",
                "manifest.json:12:30: the condition names an unknown question 'latr', "
                    + "did you mean 'later'?",
                "manifest.json:12:57: the condition 'c' is neither true nor false; write 'c=x'",
                "manifest.json:13:16: unknown name 'nam', did you mean 'name'?",
                "manifest.json:13:32: 'commands' has to be a text, not a number",
                "nul.txt: warning: the name 'nul.txt' is not allowed on Windows",
                "{{nmae}}/{{#a}}x: 'a' is not closed",
                "{{nmae}}/{{#a}}x: unknown name 'nmae', did you mean 'name'?",
                "t: 29 errors, 3 warnings",
            ],
            "\(lines.joined(separator: "\n"))"
        )
    }

    @Test("a good template has no findings and ends with 0, also with --strict")
    func good() async throws {
        let manifest = """
            {"title": "T", "summary": "S", "greeting": "G", "modules": ["m"],
             "questions": [
               {"key": "web", "type": "bool", "prompt": "Web?", "help": "h", "default": true},
               {"key": "db", "type": "choice", "choices": ["none", "pg.14"], "default": "none",
                "when": ["web", "hasUser"]},
               {"key": "n", "type": "integer", "default": -1, "when": "!db=none"},
               {"key": "who", "type": "text", "pattern": "[a-z]*", "default": "", "when": "web"}],
             "files": {"web": {"when": ["web", "who"]}, "Setup.py": {"when": "web"},
                       "setup.py.mustache": {"when": "!web"}, "pg/x": {"when": "db=pg_14"},
                       "PG": {"when": "db=none"}},
             "commands": ["cd {{name}} {{#web}}{{who}}{{/web}}"]}
            """
        let files = [
            "manifest.json": manifest, "web/{{package}}/{{name}}.txt": "{{not a template}}",
            "Setup.py": "", "setup.py.mustache": "{{#db=pg_14}}{{n}}{{>*db}}{{/db=pg_14}}",
            "pg/x": "", "PG": "", "_partials/none": "", "_partials/pg.14.mustache": "{{> more}}",
            "_partials/more": "{{number}}", "bin/{{title}}": "",
            "R.mustache":
                "{{#steps}}{{number}}{{#commands}}{{.}}{{/commands}}{{/steps}}{{#who}}{{.}}{{/who}}",
            ".gitignore": "", "x.mustache": "{{=<% %>=}}<% name %> {{ free }}",
        ]
        for words in [[], ["--strict"]] {
            let (lines, code) = try await checkTemplate(files, words)
            #expect(lines == ["t: 0 errors, 0 warnings"])
            #expect(code == 0)
        }
    }

    @Test("warnings alone end with 0, and with 1 where they are to fail")
    func warnings() async throws {
        let files = [
            "manifest.json": #"{"questions": [{"key": "q"}]}"#, "con": "", "a:b": "", "dot.": "",
            "COM1.txt": "", "lpt0": "", "comma": "", "aux.d/x": "", "end /y": "", "back\\slash": "",
        ]
        let (lines, code) = try await checkTemplate(files)
        #expect(code == 0)
        #expect(lines.count == 9, "\(lines)")
        #expect(lines.dropLast().allSatisfy { $0.contains(": warning: ") })
        #expect(!lines.contains { $0.hasPrefix("lpt0") || $0.hasPrefix("comma") })
        #expect(try await checkTemplate(files, ["--strict"]).exitCode == 1)
    }

    @Test(
        "a manifest that is no JSON gets one finding, where it goes wrong",
        arguments: [
            ("", "1:1: expected a value, found the end of the file"),
            ("{\n  \"title\": \"T\",\n}", "3:1: expected another value, found '}'"),
            ("{\n \"é\" 1}", "2:6: expected ':', found '1'"),
            ("{\"a\": 1} x", "1:10: expected the end of the file, found 'x'"),
            ("// no\n{}", "1:1: expected a value, found '/'"),
            ("[]", "1:1: 'the manifest' has to be an object, not a list"),
            ("null", "1:1: 'the manifest' has to be an object, not null"),
            ("{\"title\": \"a\u{7}\"}", "1:13: control characters in a text have to be escaped"),
            ("\u{FEFF}{}", "1:1: it starts with a byte order mark"),
            (#"{"title": "\ud800"}"#, "1:12: one half of a surrogate pair is missing"),
            (
                String(repeating: "[", count: 999_999),
                "1:65: lists and objects are nested more than 64 levels"
            ),
        ]
    )
    func notJSON(manifest: String, finding: String) async throws {
        let found = try await foundIn(manifest: manifest)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix("manifest.json:" + finding) == true, "\(found)")
    }

    @Test(
        "what a manifest says has to make sense",
        arguments: [
            (#"{"title": 5}"#, "1:11: 'title' has to be a text, not a number"),
            (#"{"title": "a\u001b[31m"}"#, "1:11: 'title' has a character that cannot be shown"),
            (#"{"default": true}"#, "1:2: unknown key 'default'"),
            (#"{"language": "swift"}"#, "1:2: unknown key 'language'"),
            (#"{"framework": "f"}"#, "1:2: unknown key 'framework'"),
            (
                #"{"questions": [{"key": "language"}]}"#,
                "1:24: the name 'language' is reserved: pa-new defines it for every template"
            ),
            (
                #"{"questions": [{"key": "module"}]}"#,
                "1:24: the name 'module' is reserved: pa-new defines it"
            ),
            (#"{"hooks": []}"#, "1:2: unknown key 'hooks'"),
            (#"{"uploads": "a"}"#, "1:13: 'uploads' has to be a list, not a text"),
            (#"{"uploads": ["a", 5]}"#, "1:19: 'uploads' has to be a text, not a number"),
            (
                #"{"uploads": [""]}"#,
                "1:14: '' cannot be uploaded: a folder or file in it has an empty name"
            ),
            (#"{"uploads": ["/a"]}"#, "1:14: '/a' cannot be uploaded: a folder or file in it"),
            (#"{"uploads": ["a/../../b"]}"#, "1:14: 'a/../../b' cannot be uploaded: it leads out"),
            (
                #"{"uploads": [".git/a"]}"#,
                "1:14: '.git/a' cannot be uploaded: a name in it is reserved"
            ),
            (#"{"uploads": ["a\u202e"]}"#, "1:14: 'uploads' has a character that cannot be shown"),
            (
                #"{"uploads": ["lib{{modul}}.so"]}"#,
                "1:14: unknown name 'modul', did you mean 'module'?"
            ),
            (#"{"uploads": ["{{#hasUser}}a"]}"#, "1:14: 'hasUser' is not closed"),
            (#"{"uploads": ["{{steps}}"]}"#, "1:14: 'steps' is not allowed in a path"),
            (#"{"uploads": ["{{> a}}"]}"#, "1:14: 'a' is not allowed in a path"),
            (#"{"modules": {}}"#, "1:13: 'modules' has to be a list, not an object"),
            (#"{"questions": [5]}"#, "1:16: 'a question' has to be an object, not a number"),
            (#"{"questions": [{}]}"#, "1:16: the key 'key' is missing"),
            (#"{"questions": [{"key": ""}]}"#, "1:24: '' is not a valid key"),
            (#"{"questions": [{"key": "1a"}]}"#, "1:24: '1a' is not a valid key"),
            (#"{"questions": [{"key": "a-b"}]}"#, "1:24: 'a-b' is not a valid key"),
            (
                #"{"questions": [{"key": "steps"}]}"#,
                "1:24: the name 'steps' is reserved: pa-new defines it"
            ),
            (
                #"{"questions": [{"key": "a", "type": "bool", "pattern": "x"}]}"#,
                "1:56: 'pattern' is not allowed in a question of type 'bool'"
            ),
            (
                #"{"questions": [{"key": "a", "type": "text", "choices": ["x"]}]}"#,
                "1:56: 'choices' is not allowed in a question of type 'text'"
            ),
            (
                #"{"questions": [{"key": "a", "type": "choice"}]}"#,
                "1:16: the key 'choices' is missing"
            ),
            (#"{"questions": [{"key": "a", "choices": []}]}"#, "1:40: 'choices' is empty"),
            (#"{"questions": [{"key": "a", "choices": [""]}]}"#, "1:41: 'choices' is empty"),
            (
                #"{"questions": [{"key": "a", "choices": ["x.y", "x y"]}]}"#,
                "1:48: there is already a choice 'x y'"
            ),
            (
                #"{"questions": [{"key": "a", "when": "a"}]}"#,
                "1:37: the condition uses 'a' before it is answered"
            ),
            (
                #"{"questions": [{"key": "a", "when": 1}]}"#,
                "1:37: 'when' has to be a text or a list"
            ),
            (
                #"{"questions": [{"key": "a", "type": "integer"}, {"key": "b", "when": "a"}]}"#,
                "1:70: the condition 'a' is neither true nor false"
            ),
            (
                #"{"questions": [{"key": "a", "pattern": "a+", "default": "b"}]}"#,
                "1:57: the default is not a valid answer: it has to match 'a+'"
            ),
            (
                #"{"questions": [{"key": "a", "type": "integer", "default": 1.5}]}"#,
                "1:59: the default is not a valid answer: it has to be a whole number"
            ),
            (
                #"{"questions": [{"key": "a", "pattern": "(a)\\1"}]}"#,
                "1:40: '\\1' is not supported in patterns (character 4 of the pattern)"
            ),
            (#"{"files": {"a.txt": {}}}"#, "1:21: the key 'when' is missing"),
            (#"{"files": {"a.txt": {"if": "x", "when": "hasUser"}}}"#, "1:22: unknown key 'if'"),
            (#"{"files": {"a.txt/": {"when": "hasUser"}}}"#, "1:12: there is no file or folder"),
            (
                #"{"files": {"manifest.json": {"when": "hasUser"}}}"#,
                "1:12: there is no file or folder"
            ),
            (#"{"files": []}"#, "1:11: 'files' has to be an object, not a list"),
            (#"{"commands": ["{{#name}}"]}"#, "1:15: 'name' is not closed"),
            (#"{"commands": ["{{steps}}"]}"#, "1:15: unknown name 'steps'"),
            (#"{"commands": ["{{> p}}"]}"#, "1:15: unknown partial 'p'"),
            (#"{"commands": ["a\nb"]}"#, "1:15: 'commands' has a character"),
        ]
    )
    func sense(manifest: String, finding: String) async throws {
        let found = try await foundIn(manifest: manifest, ["a.txt": "", "_partials/p": "x"])
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix("manifest.json:" + finding) == true, "\(found)")
    }

    @Test(
        "files in each other's way are refused, unless their conditions exclude each other",
        arguments: [
            ("x", "!x", false), ("x", "y", true), ("!x", "!y", true), ("c=a", "c=b", false),
            ("c=a", "!c=a", false), ("c=a", "!c=b", true), ("c=a", "d=b", true), ("x", "x", true),
        ]
    )
    func conditions(first: String, second: String, isRefused: Bool) async throws {
        let manifest = """
            {"questions": [{"key": "x", "type": "bool"}, {"key": "y", "type": "bool"},
                           {"key": "c", "choices": ["a", "b"]}, {"key": "d", "choices": ["a", "b"]}],
             "files": {"f": {"when": "\(first)"}, "F": {"when": "\(second)"},
                       "g/h": {"when": "\(first)"}, "G": {"when": "\(second)"}}}
            """
        let found = try await foundIn(manifest: manifest, ["f": "", "F": "", "g/h": "", "G": ""])
        let expected = [
            "f: its path is not allowed in a project: it conflicts with 'F'",
            "g/h: its path is not allowed in a project: it conflicts with 'G'",
        ]
        #expect(found == (isRefused ? expected : []))
    }

    @Test("partials that the answers choose can include themselves, too")
    func dynamicCircle() async throws {
        let manifest = #"{"questions": [{"key": "c", "choices": ["a", "b"]}]}"#
        let (lines, code) = try await checkTemplate([
            "manifest.json": manifest, "x.mustache": "{{>*c}}", "_partials/a": "",
            "_partials/b": "{{#c}}\n{{>*c}}{{/c}}",
        ])
        #expect(
            lines == [
                "_partials/b:2:5: it includes itself: 'b' then 'b'", "t: 1 error, 0 warnings",
            ]
        )
        #expect(code == 1)
    }

    @Test("warns of free texts in code, and of quotation marks around literals")
    func rawTexts() async throws {
        let manifest = """
            {"questions": [
              {"key": "free"}, {"key": "word", "pattern": "[a-z -]+"}, {"key": "flag", "type": "bool"},
              {"key": "choice", "choices": ["a", "b \\" c"]}, {"key": "plain", "choices": ["a", "b"]}
            ]}
            """
        let all = "{{free}} {{word}} {{flag}} {{choice}} {{plain}}\n"
        let files = [
            "manifest.json": manifest,
            "a.py.mustache": "# {{free}}\n  # {{free}}\nx = \"{{free}}\"\n" + all + "{{> part}}",
            "b.json.mustache": "\"{{free.json}}\" {{free.json}} '{{ free.python }}\" {{free.html}}",
            "c.html.mustache": all + "<p title=\"{{free.html}}\">{{{free}}}</p>",
            "d.sh.mustache": all, "e.yml.mustache": all + "\"{{word}}\" \"{{free}}\"\n",
            "f.toml.mustache": all, "g.md.mustache": all,
            "h.cfg.mustache":
                "{{> part}}{{free.pyton}}{{fre.python}}{{#free.python}}{{/free.python}}",
            "{{free.python}}": "", "_partials/part": "\n  '{{free.python}}' {{choice}}\n",
        ]
        let (lines, code) = try await checkTemplate(files)
        /// Returns what is said about a raw text.
        func raw(_ key: String, _ language: String, _ title: String) -> String {
            "warning: an answer to '\(key)' can break this code: write {{\(key).\(language)}}, a text for "
                + "\(title) with its quotation marks"
        }
        func page(_ key: String) -> String {
            "warning: an answer to '\(key)' can break the page: write {{\(key).html}}, which is escaped"
        }
        let quotes = "has its own quotation marks: remove the ones around it"
        #expect(code == 1)
        #expect(
            lines == [
                "_partials/part:2:6: warning: {{free.python}} \(quotes)",
                "_partials/part:2:23: " + raw("choice", "python", "Python"),
                "a.py.mustache:3:8: " + raw("free", "python", "Python"),
                "a.py.mustache:4:3: " + raw("free", "python", "Python"),
                "a.py.mustache:4:30: " + raw("choice", "python", "Python"),
                "b.json.mustache:1:4: warning: {{free.json}} \(quotes)",
                "c.html.mustache:1:3: " + page("free"), "c.html.mustache:1:30: " + page("choice"),
                "c.html.mustache:2:29: " + page("free"),
                "d.sh.mustache:1:3: " + raw("free", "shell", "the shell"),
                "d.sh.mustache:1:12: " + raw("word", "shell", "the shell"),
                "d.sh.mustache:1:30: " + raw("choice", "shell", "the shell"),
                // A word such as `yes` is no text in YAML, unless it is in quotation marks.
                "e.yml.mustache:1:3: " + raw("free", "yaml", "YAML"),
                "e.yml.mustache:1:12: " + raw("word", "yaml", "YAML"),
                "e.yml.mustache:1:30: " + raw("choice", "yaml", "YAML"),
                "e.yml.mustache:2:15: " + raw("free", "yaml", "YAML"),
                "f.toml.mustache:1:3: " + raw("free", "toml", "TOML"),
                "f.toml.mustache:1:30: " + raw("choice", "toml", "TOML"),
                "h.cfg.mustache:1:13: unknown name 'free.pyton', did you mean 'free.python'?",
                "h.cfg.mustache:1:27: unknown name 'fre.python', did you mean 'free.python'?",
                "h.cfg.mustache:1:42: unknown name 'free.python', did you mean 'free'?",
                "{{free.python}}: 'free.python' is not allowed in a path: only {{name}} is, and only for a text",
                "t: 4 errors, 18 warnings",
            ]
        )
    }

    @Test("the names that are always there are those that templates are rendered with")
    func ownNames() throws {
        let answers = try ProjectConfiguration(
            // A template without questions of its own.
            Request(name: "hello", framework: "tornado", user: "alice"),
            catalog: Catalog.embedded()
        )
        let context = Context(try Project(answers))
        #expect(Context.ownNames == context.names.subtracting(["."]))
        #expect(Set(Context.namesInLists.keys) == Context.ownNames.subtracting(context.values.keys))
    }
}
