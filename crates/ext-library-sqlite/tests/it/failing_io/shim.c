/* Lets the calls of a program to the system fail, by LD_PRELOAD, for files below FAIL_UNDER.
 *
 * FAIL_CALL   read, write, sync, or all of them
 * FAIL_HOW    number of the error; 0 makes reads and writes short
 * FAIL_AT     number of the call that fails first, from 1 on
 * FAIL_TIMES  number of calls that fail, -1 for all
 * FAIL_TOLD   file that is made when a call failed
 * FAIL_LOST   file that is made when a file passes for synced after a sync failed and nothing was
 *             written since: the system may have dropped what was written before
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 4096

static int calls;
static char unsynced[FILES];

static int number(const char *name) {
    const char *text = getenv(name);
    return text ? atoi(text) : 0;
}

static int is_watched(int fd) {
    const char *under = getenv("FAIL_UNDER");
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (!under || size < 0) return 0;
    path[size] = 0;
    return strncmp(path, under, strlen(under)) == 0;
}

static void tell(const char *name) {
    const char *path = getenv(name);
    if (!path) return;
    long fd = syscall(SYS_openat, AT_FDCWD, path, O_CREAT | O_WRONLY, 0600);
    if (fd >= 0) syscall(SYS_close, fd);
}

/* Returns whether this call is to fail. */
static int fails(const char *call, int fd) {
    int before = errno;
    const char *wanted = getenv("FAIL_CALL");
    int it = wanted && (strcmp(wanted, call) == 0 || strcmp(wanted, "all") == 0) && is_watched(fd);
    errno = before;
    if (!it) return 0;
    int at = __sync_add_and_fetch(&calls, 1), times = number("FAIL_TIMES");
    if (at < number("FAIL_AT") || (times >= 0 && at >= number("FAIL_AT") + times)) return 0;
    tell("FAIL_TOLD");
    return 1;
}

/* The function of the system that comes after the one here. */
#define NEXT(type, name)                 \
    static __typeof__(type) next;        \
    if (!next) next = (__typeof__(type))dlsym(RTLD_NEXT, name)

/* Lets a transfer of bytes fail, or makes it short. */
#define TRANSFER(call)                        \
    if (fails(call, fd)) {                    \
        errno = number("FAIL_HOW");           \
        if (errno) return -1;                 \
        if (size > 1) size /= 2;              \
    }

ssize_t read(int fd, void *buffer, size_t size) {
    NEXT(ssize_t (*)(int, void *, size_t), "read");
    TRANSFER("read")
    return next(fd, buffer, size);
}

ssize_t pread64(int fd, void *buffer, size_t size, off64_t offset) {
    NEXT(ssize_t (*)(int, void *, size_t, off64_t), "pread64");
    TRANSFER("read")
    return next(fd, buffer, size, offset);
}

ssize_t pread(int fd, void *buffer, size_t size, off_t offset) {
    return pread64(fd, buffer, size, offset);
}

static void written(int fd) {
    if (fd >= 0 && fd < FILES) unsynced[fd] = 0;
}

ssize_t write(int fd, const void *buffer, size_t size) {
    NEXT(ssize_t (*)(int, const void *, size_t), "write");
    TRANSFER("write")
    written(fd);
    return next(fd, buffer, size);
}

ssize_t pwrite64(int fd, const void *buffer, size_t size, off64_t offset) {
    NEXT(ssize_t (*)(int, const void *, size_t, off64_t), "pwrite64");
    TRANSFER("write")
    written(fd);
    return next(fd, buffer, size, offset);
}

ssize_t pwrite(int fd, const void *buffer, size_t size, off_t offset) {
    return pwrite64(fd, buffer, size, offset);
}

/* So that copies go through read and write. */
ssize_t copy_file_range(int from, off64_t *a, int to, off64_t *b, size_t size, unsigned flags) {
    (void)from; (void)a; (void)to; (void)b; (void)size; (void)flags;
    errno = ENOSYS;
    return -1;
}

ssize_t sendfile64(int to, int from, off64_t *offset, size_t size) {
    (void)from; (void)to; (void)offset; (void)size;
    errno = ENOSYS;
    return -1;
}

static int sync_with(int (*next)(int), int fd) {
    int is_file = fd >= 0 && fd < FILES;
    if (fails("sync", fd)) {
        if (is_file) unsynced[fd] = 1;
        errno = number("FAIL_HOW");
        return -1;
    }
    int result = next(fd);
    if (result == 0 && is_file && unsynced[fd] && is_watched(fd)) tell("FAIL_LOST");
    return result;
}

int fsync(int fd) {
    NEXT(int (*)(int), "fsync");
    return sync_with(next, fd);
}

int fdatasync(int fd) {
    NEXT(int (*)(int), "fdatasync");
    return sync_with(next, fd);
}

int close(int fd) {
    NEXT(int (*)(int), "close");
    written(fd);
    return next(fd);
}
