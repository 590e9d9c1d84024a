// Names that Python itself uses. A test compares these facts about the language with every
// interpreter that it finds.

/// Python's keywords, including soft keywords (`match`, `case`, `type`).
let pythonKeywords = Words(
    """
    False None True and as assert async await break case class continue def del elif else
    except finally for from global if import in is lambda match nonlocal not or pass raise
    return try type while with yield
    """
)

/// Python's own functions and classes with names in small letters, in all Pythons that PythonAnywhere offers.
let pythonBuiltins = Words(
    """
    abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod
    compile complex delattr dict dir divmod enumerate eval exec filter float format frozenset
    getattr globals hasattr hash hex id input int isinstance issubclass iter len list locals map
    max memoryview min next object oct open ord pow print property range repr reversed round set
    setattr slice sorted staticmethod str sum super tuple type vars zip
    """
)

/// The standard library's top-level modules in all Pythons that PythonAnywhere offers, in lower case.
///
/// A project's package comes first on `sys.path`, so it would be imported instead of the module.
let standardLibraryNames = Words(
    """
    abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb
    binascii binhex bisect builtins bz2 calendar cgi cgitb chunk cmath cmd code codecs codeop
    collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg
    cprofile crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils
    doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch
    formatter fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib
    grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io
    ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap
    marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt
    ntpath nturl2path numbers opcode operator optparse os ossaudiodev parser pathlib pdb pickle
    pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats
    pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib
    resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site
    smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse
    ssl stat statistics string stringprep struct subprocess sunau symbol symtable sys sysconfig
    syslog tabnanny tarfile telnetlib tempfile termios test textwrap this threading time timeit
    tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types
    typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg
    winsound wsgiref xdrlib xml xmlrpc xxlimited xxlimited_35 xxsubtype zipapp zipfile
    zipimport zlib zoneinfo
    """
)

/// Words in ASCII.
///
/// One is looked for in their text: most runs of the tool ask once, and a set of them takes longer to make.
struct Words: Sendable {
    private let text: StaticString

    /// Describes words.
    ///
    /// - Parameter text: The words, with spaces or line ends between them.
    fileprivate init(_ text: StaticString) { self.text = text }

    /// Tells whether a text is one of the words.
    ///
    /// - Parameter word: The text.
    /// - Returns: Whether it is.
    func contains(_ word: String) -> Bool {
        var word = word
        return word.withUTF8 { word in
            text.withUTF8Buffer { text in
                var start = 0
                for place in 0...text.count {
                    if place < text.count, text[place] > UInt8(ascii: " ") { continue }
                    if place - start == word.count, place > start,
                        text[start..<place].elementsEqual(word)
                    {
                        return true
                    }
                    start = place + 1
                }
                return false
            }
        }
    }
}
