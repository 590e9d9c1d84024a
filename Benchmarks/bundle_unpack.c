/* A model of a slow disk: each change of a file or folder waits, as if a server had to answer.
 *
 * bundle_unpack.py compiles it and loads it into Python with LD_PRELOAD. SLOW_MS is the wait in
 * milliseconds. Reads and writes of bytes do not wait: they go to memory on most systems.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void wait_for_disk(void) {
    static long wait = -1;
    if (wait < 0) {
        const char *text = getenv("SLOW_MS");
        wait = text ? atol(text) : 0;
    }
    struct timespec time = {wait / 1000, wait % 1000 * 1000000};
    if (wait) nanosleep(&time, NULL);
}

#define REAL(type, name, ...)                                  \
    static type (*real)(__VA_ARGS__);                          \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name); \
    wait_for_disk()

#define OPEN(name)                                        \
    int name(const char *path, int flags, ...) {          \
        mode_t mode = 0;                                  \
        if (flags & (O_CREAT | O_TMPFILE)) {              \
            va_list list;                                 \
            va_start(list, flags);                        \
            mode = va_arg(list, mode_t);                  \
            va_end(list);                                 \
        }                                                 \
        REAL(int, #name, const char *, int, ...);         \
        return real(path, flags, mode);                   \
    }
#define OPENAT(name)                                             \
    int name(int folder, const char *path, int flags, ...) {     \
        mode_t mode = 0;                                         \
        if (flags & (O_CREAT | O_TMPFILE)) {                     \
            va_list list;                                        \
            va_start(list, flags);                               \
            mode = va_arg(list, mode_t);                         \
            va_end(list);                                        \
        }                                                        \
        REAL(int, #name, int, const char *, int, ...);           \
        return real(folder, path, flags, mode);                  \
    }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

DIR *opendir(const char *path) {
    REAL(DIR *, "opendir", const char *);
    return real(path);
}
DIR *fdopendir(int folder) {
    REAL(DIR *, "fdopendir", int);
    return real(folder);
}
int close(int file) {
    REAL(int, "close", int);
    return real(file);
}
int fsync(int file) {
    REAL(int, "fsync", int);
    return real(file);
}
int mkdir(const char *path, mode_t mode) {
    REAL(int, "mkdir", const char *, mode_t);
    return real(path, mode);
}
int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    return real(from, to);
}
int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    return real(path);
}
int unlinkat(int folder, const char *path, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    return real(folder, path, flags);
}
int rmdir(const char *path) {
    REAL(int, "rmdir", const char *);
    return real(path);
}
