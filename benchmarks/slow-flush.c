/*
 * Preloaded into a database: each fsync and fdatasync takes FLUSH_MICROS longer than the disk needs. So one machine shows what a disk
 * behind a network costs every system that is compared, whatever its own disk is.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static struct timespec more;

__attribute__((constructor)) static void begin(void) {
    const char *micros = getenv("FLUSH_MICROS");
    long long nanos = micros == NULL ? 0 : atoll(micros) * 1000;
    more.tv_sec = (time_t) (nanos / 1000000000);
    more.tv_nsec = (long) (nanos % 1000000000);
    real_fsync = (int (*)(int)) dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync");
}

int fsync(int file) {
    int result = real_fsync(file);
    nanosleep(&more, NULL);
    return result;
}

int fdatasync(int file) {
    int result = real_fdatasync(file);
    nanosleep(&more, NULL);
    return result;
}
