/* The machine under a daemon, as far as the crash rig wants to have it in its hands: loaded before libc (LD_PRELOAD).

   The disk: fsync and fdatasync of what lies in $MACHINE_STATE copy the file, or list the folder, into $MACHINE_DISK,
   and nothing else ever gets there: it is what a power cut leaves. With $MACHINE_CONTROL, a file of the five numbers
   below that is mapped into each process, fsync fails or is slow, the disk is full or read-only, or the clock is wrong. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

struct control { int64_t clock_seconds, fsync_fails, full, read_only, fsync_milliseconds; };
static struct control nothing;
static volatile struct control *control = &nothing;
static const char *state, *disk;
static size_t state_length;

#define REAL(name) ((__typeof__(&name)) real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("MACHINE_CONTROL");
  state = getenv("MACHINE_STATE");
  disk = getenv("MACHINE_DISK");
  state_length = state ? strlen(state) : 0;
  int file = path ? REAL(open)(path, O_RDWR) : -1;
  if (file < 0) return;
  void *page = mmap(NULL, sizeof nothing, PROT_READ, MAP_SHARED, file, 0);
  if (page != MAP_FAILED) control = page;
  close(file);
}

static int is_ours(const char *path) {
  return state_length && !strncmp(path, state, state_length) && (!path[state_length] || path[state_length] == '/');
}

static int is_on_disk(int file) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_ours(path);
}

/* The number of an inode is used again: only with its birth it is a name. */
static int name_of(int file, const char *path, char *name, size_t size, char *kind) {
  struct statx found;
  if (statx(file, path, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &found)) return -1;
  snprintf(name, size, "%llu-%lld-%u", (unsigned long long) found.stx_ino, (long long) found.stx_btime.tv_sec,
           found.stx_btime.tv_nsec);
  *kind = S_ISDIR(found.stx_mode) ? 'd' : S_ISREG(found.stx_mode) ? 'f' : 's';
  return 0;
}

static int copy(int file, int to) {
  static const size_t size = 1 << 20;
  char own[64], *buffer = malloc(size);
  snprintf(own, sizeof own, "/proc/self/fd/%d", file);
  int from = REAL(open)(own, O_RDONLY);
  ssize_t got = -1;
  off_t at = 0;
  while (buffer && from >= 0 && (got = pread(from, buffer, size, at)) > 0) {
    if (REAL(write)(to, buffer, got) != got) { got = -1; break; }
    at += got;
  }
  if (from >= 0) close(from);
  free(buffer);
  return got ? -1 : 0;
}

static int list(int file, int to) {
  char own[64], name[96];
  snprintf(own, sizeof own, "/proc/self/fd/%d", file);
  DIR *folder = opendir(own);
  struct dirent *each;
  char kind;
  if (!folder) return -1;
  while ((each = readdir(folder)))
    if (strcmp(each->d_name, ".") && strcmp(each->d_name, "..") &&
        !name_of(dirfd(folder), each->d_name, name, sizeof name, &kind) && kind != 's')
      dprintf(to, "%s %c %s\n", name, kind, each->d_name);
  closedir(folder);
  return 0;
}

static int keep(int file) {
  char name[96], path[PATH_MAX], unfinished[PATH_MAX];
  char kind;
  int failed = -1;
  if (name_of(file, "", name, sizeof name, &kind)) return -1;
  snprintf(path, sizeof path, "%s/lock", disk);
  int lock = REAL(open)(path, O_RDWR | O_CREAT, 0600);
  flock(lock, LOCK_EX);
  snprintf(path, sizeof path, "%s/%s-%s", disk, kind == 'd' ? "folder" : "file", name);
  snprintf(unfinished, sizeof unfinished, "%s/unfinished", disk);
  int to = REAL(open)(unfinished, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (to >= 0) {
    failed = kind == 'd' ? list(file, to) : copy(file, to);
    close(to);
    if (!failed) failed = rename(unfinished, path);
  }
  close(lock);
  return failed;
}

static int synced(int file, int (*sync)(int)) {
  if (!is_on_disk(file)) return sync(file);
  if (control->fsync_fails) { errno = EIO; return -1; }
  usleep(control->fsync_milliseconds * 1000);
  return disk ? keep(file) : sync(file);
}

int fsync(int file) { return synced(file, REAL(fsync)); }
int fdatasync(int file) { return synced(file, REAL(fdatasync)); }

static int refuses(int file) {
  if (!(control->full || control->read_only) || !is_on_disk(file)) return 0;
  errno = control->full ? ENOSPC : EROFS;
  return 1;
}

ssize_t write(int file, const void *bytes, size_t size) { return refuses(file) ? -1 : REAL(write)(file, bytes, size); }
ssize_t pwrite(int file, const void *bytes, size_t size, off_t at) {
  return refuses(file) ? -1 : REAL(pwrite)(file, bytes, size, at);
}
ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at) {
  return refuses(file) ? -1 : REAL(pwrite64)(file, bytes, size, at);
}
int ftruncate(int file, off_t size) { return control->read_only && refuses(file) ? -1 : REAL(ftruncate)(file, size); }
int ftruncate64(int file, off64_t size) {
  return control->read_only && refuses(file) ? -1 : REAL(ftruncate64)(file, size);
}

static int may_open(const char *path, int flags) {
  if (!control->read_only || !(flags & (O_WRONLY | O_RDWR | O_CREAT)) || !is_ours(path)) return 1;
  errno = EROFS;
  return 0;
}

#define OPEN(name)                                                \
  int name(const char *path, int flags, ...) {                    \
    va_list rest;                                                 \
    va_start(rest, flags);                                        \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest);                                                 \
    return may_open(path, flags) ? REAL(name)(path, flags, mode) : -1; \
  }
OPEN(open)
OPEN(open64)

int rename(const char *from, const char *to) {
  if (control->read_only && is_ours(to)) { errno = EROFS; return -1; }
  return REAL(rename)(from, to);
}

int clock_gettime(clockid_t which, struct timespec *now) {
  static __typeof__(&clock_gettime) ask;
  if (!ask) ask = REAL(clock_gettime);
  int failed = ask(which, now);
  if (!failed && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) now->tv_sec += control->clock_seconds;
  return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  static __typeof__(&gettimeofday) ask;
  if (!ask) ask = REAL(gettimeofday);
  int failed = ask(now, zone);
  if (!failed) now->tv_sec += control->clock_seconds;
  return failed;
}

time_t time(time_t *where) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (where) *where = now.tv_sec;
  return now.tv_sec;
}
