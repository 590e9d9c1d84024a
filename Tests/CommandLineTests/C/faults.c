/* Kills a program at its Nth call that writes, or lets that call fail. Loaded with LD_PRELOAD.
 *
 * FAULT_KILL=N    die by SIGKILL in the Nth call: before it acts, or a write halfway through
 * FAULT_FAIL=N    let the Nth call fail with FAULT_ERRNO
 * FAULT_FULL=N    from the Nth call on, let every call that needs space fail with ENOSPC
 * FAULT_NOLINK=1  let every link(2) fail with EPERM, as on a file system without links
 * FAULT_TRACE=F   append the name of each call to the file F
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long number(const char *name) {
    const char *text = getenv(name);
    return text ? strtol(text, NULL, 10) : 0;
}

static long calls;
static int is_child;

/* The programs that ours starts are left alone: each would count from one again. */
__attribute__((constructor)) static void start(void) {
    is_child = getenv("FAULT_SEEN") != NULL;
    setenv("FAULT_SEEN", "1", 1);
}

static void trace(const char *name) {
    const char *path = getenv("FAULT_TRACE");
    if (!path) return;
    int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    ssize_t (*put)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    int file = real(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) return;
    if (put(file, name, strlen(name)) < 0 || put(file, "\n", 1) < 0) _exit(99);
    close(file);
}

/* Counts a call; returns whether it has to fail, with errno set. */
static int fails(const char *name, int needs_space) {
    int saved = errno;
    if (is_child) return 0;
    calls++;
    trace(name);
    if (calls == number("FAULT_KILL")) kill(getpid(), SIGKILL);
    if (calls == number("FAULT_FAIL")) {
        errno = (int)number("FAULT_ERRNO");
        return 1;
    }
    long full = number("FAULT_FULL");
    if (needs_space && full && calls >= full) {
        errno = ENOSPC;
        return 1;
    }
    errno = saved;
    return 0;
}

#define REAL(name, ...) ((int (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *bytes, size_t count) {
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    /* What goes to a terminal, a pipe or the test's own files is no matter of the disk. */
    if (file <= 2) return real(file, bytes, count);
    if (!is_child && calls + 1 == number("FAULT_KILL")) real(file, bytes, count / 2);
    if (fails("write", 1)) return -1;
    return real(file, bytes, count);
}

#define OPEN(name)                                                              \
    int name(const char *path, int flags, ...) {                                \
        va_list rest;                                                           \
        va_start(rest, flags);                                                  \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;               \
        va_end(rest);                                                           \
        if (flags & O_CREAT && fails("open", 1)) return -1;                     \
        return REAL(name, const char *, int, ...)(path, flags, mode);           \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                            \
    int name(int folder, const char *path, int flags, ...) {                    \
        va_list rest;                                                           \
        va_start(rest, flags);                                                  \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;               \
        va_end(rest);                                                           \
        if (flags & O_CREAT && fails("openat", 1)) return -1;                   \
        return REAL(name, int, const char *, int, ...)(folder, path, flags, mode); \
    }
OPENAT(openat)
OPENAT(openat64)

int mkdir(const char *path, mode_t mode) {
    if (fails("mkdir", 1)) return -1;
    return REAL(mkdir, const char *, mode_t)(path, mode);
}

int mkdirat(int folder, const char *path, mode_t mode) {
    if (fails("mkdirat", 1)) return -1;
    return REAL(mkdirat, int, const char *, mode_t)(folder, path, mode);
}

int rename(const char *from, const char *to) {
    if (fails("rename", 0)) return -1;
    return REAL(rename, const char *, const char *)(from, to);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    if (fails("renameat", 0)) return -1;
    return REAL(renameat, int, const char *, int, const char *)(from_folder, from, to_folder, to);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    if (fails("linkat", 1)) return -1;
    if (!is_child && number("FAULT_NOLINK")) {
        errno = EPERM;
        return -1;
    }
    return REAL(linkat, int, const char *, int, const char *, int)(
        from_folder, from, to_folder, to, flags);
}

int unlink(const char *path) {
    if (fails("unlink", 0)) return -1;
    return REAL(unlink, const char *)(path);
}

int unlinkat(int folder, const char *path, int flags) {
    if (fails("unlinkat", 0)) return -1;
    return REAL(unlinkat, int, const char *, int)(folder, path, flags);
}

int rmdir(const char *path) {
    if (fails("rmdir", 0)) return -1;
    return REAL(rmdir, const char *)(path);
}

int fchmod(int file, mode_t mode) {
    if (fails("fchmod", 0)) return -1;
    return REAL(fchmod, int, mode_t)(file, mode);
}

int fsync(int file) {
    if (fails("fsync", 1)) return -1;
    return REAL(fsync, int)(file);
}
