/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An update on a disk that is full, or becomes full at any moment: a file system in memory, in a
 * mount name space of this process. */
#include "failure.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { DISK_KIB = 2048, STEP = 4096, LARGEST = 512 * 1024 };

/* Leaves `left` bytes free on the disk. */
static void fill(const char *disk, size_t left)
{
    struct statvfs st;
    char *path = text_of("%s/filler", disk);
    assert_int_equal(statvfs(disk, &st), 0);
    size_t room = (size_t)(st.f_bavail * st.f_frsize);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    assert_true(fd >= 0 && room >= left);
    if (room > left)
        assert_int_equal(posix_fallocate(fd, 0, (off_t)(room - left)), 0);
    close(fd);
    free(path);
}

static void empty(const char *disk)
{
    char *path = text_of("%s/filler", disk);
    assert_int_equal(unlink(path), 0);
    free(path);
}

/* Tries an update with so much room left; whether it was enough. */
static bool try_update(const char *disk, const char *index, const char *corpus, size_t left)
{
    const char *const argv[] = {tipindex(), "--quiet", "--db", index, corpus, NULL};
    fill(disk, left);
    run_result result = run_program(argv, NULL);
    bool done = result.status == 0;
    if (!done && (result.status != 3 || !strstr(result.err, strerror(ENOSPC))))
        fail_msg("%zu bytes left: exit %d: %s", left, result.status, result.err);
    run_free(&result);
    /* What was begun does not keep the disk full. */
    char *names = list_tree(index);
    assert_null(strstr(names, "new-"));
    free(names);
    return done;
}

static void run_on(const char *disk, const char *scratch)
{
    char *corpus = text_of("%s/corpus", scratch);
    char *index = text_of("%s/index", disk);
    unsigned failures = 0;
    make_layers(index, corpus);
    char *old_answer = answer_of(index, 0);
    make_corpus(corpus, "new");
    size_t left = 0;
    while (left < LARGEST && !try_update(disk, index, corpus, left)) {
        char *answer = answer_of(index, 0);
        assert_string_equal(answer, old_answer);
        free(answer);
        empty(disk);
        failures++;
        left += STEP;
    }
    print_message("failed %u times, done with %zu bytes left.\n", failures, left);
    assert_true(left < LARGEST && failures > 3);
    empty(disk);
    check_clean(index);
    char *answer = answer_of(index, 0);
    assert_string_not_equal(answer, old_answer);
    free(answer);
    free(old_answer);
    free(corpus);
    free(index);
}

static void test_full_disk(void **state)
{
    char *disk = text_of("%s/disk", (const char *)*state);
    char *size = text_of("size=%dk", DISK_KIB);
    assert_int_equal(mkdir(disk, 0777), 0);
    assert_int_equal(mount("tmpfs", disk, "tmpfs", 0, size), 0);
    run_on(disk, *state);
    assert_int_equal(umount(disk), 0);
    free(size);
    free(disk);
}

/* A disk that may only be read can still be searched, and says why it cannot be written. */
static void test_read_only(void **state)
{
    char *disk = text_of("%s/disk", (const char *)*state);
    char *corpus = text_of("%s/corpus", (const char *)*state);
    char *index = text_of("%s/index", disk);
    const char *const argv[] = {tipindex(), "--quiet", "--db", index, corpus, NULL};
    assert_int_equal(mkdir(disk, 0777), 0);
    assert_int_equal(mount("tmpfs", disk, "tmpfs", 0, "size=2048k"), 0);
    make_corpus(corpus, "old");
    update_index(index, corpus, 0);
    char *before = answer_of(index, 0);
    assert_int_equal(mount(NULL, disk, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
    make_corpus(corpus, "new");
    run_result result = run_program(argv, NULL);
    assert_int_equal(result.status, 3);
    assert_non_null(strstr(result.err, index));
    assert_non_null(strstr(result.err, strerror(EROFS)));
    run_free(&result);
    char *after = answer_of(index, 0);
    assert_string_equal(after, before);
    assert_int_equal(umount(disk), 0);
    free(before);
    free(after);
    free(index);
    free(corpus);
    free(disk);
}

/* Whether this process may mount something that only it sees. */
static bool can_mount(void)
{
    return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", "/mnt", "tmpfs", 0, "size=4k") == 0 && umount("/mnt") == 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_full_disk, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_read_only, scratch_make, scratch_remove),
    };
    if (!can_mount()) {
        printf("skipped: no right to mount a file system of limited size: %s\n", strerror(errno));
        return SKIPPED;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
