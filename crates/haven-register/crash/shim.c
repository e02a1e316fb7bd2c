/* Stands between a node and the C library: writes down, in one order, everything the node does to the files of one folder
 * and everything it acknowledges, and makes one call fail where that is asked for. Built and preloaded by the crash tests.
 *
 *   HAVEN_SHIM_FOLDER  the folder; files in it are followed, except `-shm`, which is shared memory and no storage
 *   HAVEN_SHIM_TRACE   where the trace goes, outside the folder
 *   HAVEN_SHIM_ACKS    the file of acknowledgements, outside the folder
 *   HAVEN_SHIM_FAIL    `fsync K`: the K-th synchronisation fails with EIO, once
 *                      `write K`: the K-th write fails with ENOSPC, once
 *                      `full K`:  the K-th write is cut short and every write after it fails with ENOSPC
 *                      `short K`: the K-th write writes half of its bytes and says so
 *   HAVEN_SHIM_FAST    synchronisations are written down and not done
 *
 * A record of the trace is a head, the name of the file in the folder, and data. Kinds: O a file was made, W written, T cut
 * to a length, S synchronised, D the folder was synchronised, U a file was removed, R renamed (data is the new name),
 * A acknowledged. One lock is held over the call and its record, so that the order in the trace is the order of the calls.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 1024
#define NAME 128

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[4096];
static char acks[4096];
static char fail[16];
static long fail_at = -1, syncs, writes;
static int full, fast, trace = -1;
/* What each descriptor is: 0 nothing of ours, 1 a file of the folder, 2 the folder, 3 the acknowledgements. */
static char kinds[FILES];
static char names[FILES][NAME];

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);

static void *next(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) {
    fprintf(stderr, "shim: no %s\n", name);
    _exit(99);
  }
  return found;
}

__attribute__((constructor)) static void begin(void) {
  real_open = next("open");
  real_close = next("close");
  real_write = next("write");
  real_pwrite = next("pwrite");
  real_fsync = next("fsync");
  real_fdatasync = next("fdatasync");
  real_ftruncate = next("ftruncate");
  real_unlink = next("unlink");
  real_rename = next("rename");
  const char *value = getenv("HAVEN_SHIM_FOLDER");
  if (value) snprintf(folder, sizeof folder, "%s", value);
  if ((value = getenv("HAVEN_SHIM_ACKS"))) snprintf(acks, sizeof acks, "%s", value);
  if ((value = getenv("HAVEN_SHIM_FAIL"))) sscanf(value, "%15s %ld", fail, &fail_at);
  fast = getenv("HAVEN_SHIM_FAST") != NULL;
  if ((value = getenv("HAVEN_SHIM_TRACE"))) trace = real_open(value, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* The name of a path in the folder; NULL for what is not followed. */
static const char *followed(const char *path) {
  size_t length = strlen(folder);
  if (!length || strncmp(path, folder, length) != 0 || path[length] != '/') return NULL;
  const char *name = path + length + 1;
  size_t end = strlen(name);
  if (!end || end >= NAME || strchr(name, '/')) return NULL;
  return end > 4 && strcmp(name + end - 4, "-shm") == 0 ? NULL : name;
}

static void put(const void *data, size_t length) {
  const char *at = data;
  while (length > 0) {
    ssize_t done = real_write(trace, at, length);
    if (done <= 0) _exit(98);
    at += done;
    length -= (size_t)done;
  }
}

static void record(char kind, int failed, const char *name, uint64_t offset, const void *data, size_t length) {
  if (trace < 0) return;
  struct {
    uint8_t kind, failed;
    uint16_t name;
    uint32_t data;
    uint64_t offset;
  } head = {(uint8_t)kind, (uint8_t)failed, (uint16_t)strlen(name), (uint32_t)length, offset};
  put(&head, sizeof head);
  put(name, strlen(name));
  if (length) put(data, length);
}

static int kind_of(int fd) { return fd >= 0 && fd < FILES ? kinds[fd] : 0; }

static int opened(const char *path, int flags, mode_t mode) {
  const char *name = followed(path);
  int kind = name ? 1 : folder[0] && strcmp(path, folder) == 0 ? 2 : acks[0] && strcmp(path, acks) == 0 ? 3 : 0;
  if (!kind) return real_open(path, flags, mode);
  pthread_mutex_lock(&lock);
  struct stat before;
  int is_new = name && (flags & O_CREAT) && stat(path, &before) != 0;
  int fd = real_open(path, flags, mode);
  int error = errno;
  if (fd >= FILES) _exit(97);
  if (fd >= 0) {
    kinds[fd] = (char)kind;
    snprintf(names[fd], NAME, "%s", name ? name : "");
    if (is_new) record('O', 0, name, 0, NULL, 0);
    if (name && !is_new && (flags & O_TRUNC)) record('T', 0, name, 0, NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return fd;
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opened(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opened(path, flags, mode);
}

int close(int fd) {
  if (!kind_of(fd)) return real_close(fd);
  pthread_mutex_lock(&lock);
  kinds[fd] = 0;
  int result = real_close(fd);
  pthread_mutex_unlock(&lock);
  return result;
}

static int fails(const char *what, long count) { return strcmp(fail, what) == 0 && count == fail_at; }

/* One write; `offset` is -1 where the descriptor's own position counts. */
static ssize_t written(int fd, const void *data, size_t length, off_t offset) {
  int kind = kind_of(fd);
  if (!kind) return offset < 0 ? real_write(fd, data, length) : real_pwrite(fd, data, length, offset);
  pthread_mutex_lock(&lock);
  ssize_t done;
  int error;
  if (kind == 3) {
    done = real_write(fd, data, length);
    error = errno;
    if (done > 0) record('A', 0, "", 0, data, (size_t)done);
  } else {
    off_t at = offset < 0 ? lseek(fd, 0, SEEK_CUR) : offset;
    long count = ++writes;
    size_t wanted = length;
    if (fails("full", count)) full = 1;
    if ((full || fails("short", count)) && count == fail_at) wanted = length / 2;
    if (fails("write", count) || (full && count > fail_at) || wanted == 0) {
      record('W', 1, names[fd], (uint64_t)at, NULL, 0);
      done = -1;
      error = ENOSPC;
    } else {
      done = offset < 0 ? real_write(fd, data, wanted) : real_pwrite(fd, data, wanted, offset);
      error = errno;
      if (done > 0) record('W', 0, names[fd], (uint64_t)at, data, (size_t)done);
      if (wanted < length) record('W', 2, names[fd], (uint64_t)at, NULL, 0);
    }
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}

ssize_t write(int fd, const void *data, size_t length) { return written(fd, data, length, -1); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return written(fd, data, length, offset); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return written(fd, data, length, offset); }

/* Nobody writes these files in several pieces at once; if that changes, the harness must not miss it. */
static void refuse(int fd, const char *name) {
  if (kind_of(fd)) {
    fprintf(stderr, "shim: %s on a followed file\n", name);
    _exit(96);
  }
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  static ssize_t (*real)(int, const struct iovec *, int);
  if (!real) real = next("writev");
  refuse(fd, "writev");
  return real(fd, parts, count);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  static ssize_t (*real)(int, const struct iovec *, int, off_t);
  if (!real) real = next("pwritev");
  refuse(fd, "pwritev");
  return real(fd, parts, count, offset);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
  static ssize_t (*real)(int, const struct iovec *, int, off64_t);
  if (!real) real = next("pwritev64");
  refuse(fd, "pwritev64");
  return real(fd, parts, count, offset);
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
  static int (*real)(int, int, off_t, off_t);
  if (!real) real = next("fallocate");
  refuse(fd, "fallocate");
  return real(fd, mode, offset, length);
}

int posix_fallocate(int fd, off_t offset, off_t length) {
  static int (*real)(int, off_t, off_t);
  if (!real) real = next("posix_fallocate");
  refuse(fd, "posix_fallocate");
  return real(fd, offset, length);
}

static int synced(int fd, int (*real)(int)) {
  int kind = kind_of(fd);
  if (kind != 1 && kind != 2) return real(fd);
  pthread_mutex_lock(&lock);
  int failed = fails("fsync", ++syncs);
  int result = failed ? -1 : fast ? 0 : real(fd);
  int error = failed ? EIO : errno;
  record(kind == 2 ? 'D' : 'S', result != 0, names[fd], 0, NULL, 0);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int fsync(int fd) { return synced(fd, real_fsync); }
int fdatasync(int fd) { return synced(fd, real_fdatasync); }

static int cut(int fd, off_t length) {
  if (kind_of(fd) != 1) return real_ftruncate(fd, length);
  pthread_mutex_lock(&lock);
  int result = real_ftruncate(fd, length);
  int error = errno;
  if (result == 0) record('T', 0, names[fd], (uint64_t)length, NULL, 0);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off64_t length) { return cut(fd, length); }

int unlink(const char *path) {
  const char *name = followed(path);
  if (!name) return real_unlink(path);
  pthread_mutex_lock(&lock);
  int result = real_unlink(path);
  int error = errno;
  if (result == 0) record('U', 0, name, 0, NULL, 0);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int rename(const char *from, const char *to) {
  const char *name = followed(from), *after = followed(to);
  if (!name && !after) return real_rename(from, to);
  if (!name || !after) _exit(95);
  pthread_mutex_lock(&lock);
  int result = real_rename(from, to);
  int error = errno;
  if (result == 0) record('R', 0, name, 0, after, strlen(after));
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}
