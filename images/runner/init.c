/*
 * Process 1 of a container: runs one command for the client on the other end
 * of a socket, stops and continues it when it is told to, and says how it
 * ended and what it cost.
 *
 *   init SOCKET SECONDS DIRECTORY PROGRAM ARGUMENT...
 *   init --frames KEEP MOST SECONDS DIRECTORY PROGRAM ARGUMENT...
 *
 * Invariants: nothing outlives the client (when the socket closes, this ends,
 * and with it the process namespace), the command (what it leaves behind is
 * killed) or its time (SECONDS of its own turns); the command has no way to the
 * socket or to this process, which cannot be traced or read; standard output
 * and error are pipes of the client, so that nobody stands in between.
 *
 * Messages, one packet each. From the client: `g` with two descriptors (go),
 * `s` (stop), `c` (continue), `k` (kill). To the client: `s` (stopped), and last the
 * report, `r` and lines of a name and a value, or a name, a number of bytes
 * and so many bytes of a file.
 *
 * With `--frames` there is no socket: whoever collects this process's standard
 * output is the client. What the command writes goes there in lines, which
 * nothing inside can forge: `o` or `e` (output or error) and up to 4095 bytes
 * in base64; then the report, in lines of `r`; then a line of one `.`. Of both
 * streams together the first KEEP bytes are passed on; after MOST the command
 * ends. It also ends when this process is asked to (SIGTERM).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)
/* Of output at once; three bytes are four digits. */
#define PIECE 4095

static char report[32 * 1024];
static size_t report_length;

static void die(const char *what)
{
    dprintf(2, "selfopt-init: %s: %s\n", what, strerror(errno));
    _exit(125);
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * SECOND + time.tv_nsec;
}

static void say(const char *format, ...)
{
    size_t room = sizeof report - report_length;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(report + report_length, room, format, arguments);
    va_end(arguments);
    if (length > 0 && (size_t)length < room)
        report_length += (size_t)length;
}

/* A file of the control group, as it is; nothing if it is not there. */
static void say_file(const char *name, const char *path)
{
    char text[2048];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0 || report_length + (size_t)length + 64 > sizeof report)
        return;
    say("%s %zd\n", name, length);
    memcpy(report + report_length, text, (size_t)length);
    report_length += (size_t)length;
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        die(path);
    }
    strcpy(address.sun_path, path);
    int channel = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (channel < 0 || connect(channel, (struct sockaddr *)&address, sizeof address) != 0)
        die(path);
    return channel;
}

/* Waits for the word to go, and takes the two ends of pipes that come with it. */
static void wait_for_go(int channel, int output[2])
{
    char word;
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr header;
    } control;
    struct iovec data = { .iov_base = &word, .iov_len = 1 };
    struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1,
                              .msg_control = &control, .msg_controllen = sizeof control };
    ssize_t length;
    do {
        length = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
    } while (length < 0 && errno == EINTR);
    struct cmsghdr *header = length == 1 ? CMSG_FIRSTHDR(&message) : NULL;
    /* The client is gone, or was never one of ours. */
    if (header == NULL || word != 'g' || header->cmsg_type != SCM_RIGHTS
        || header->cmsg_len != CMSG_LEN(2 * sizeof(int)))
        _exit(0);
    memcpy(output, CMSG_DATA(header), 2 * sizeof(int));
}

static pid_t start(const char *directory, char **command, const int output[2], const sigset_t *signals)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    setsid();
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(output[0], 1) < 0 || dup2(output[1], 2) < 0)
        _exit(125);
    if (nothing > 2)
        close(nothing);
    sigprocmask(SIG_UNBLOCK, signals, NULL);
    if (chdir(directory) != 0) {
        dprintf(2, "selfopt-init: failed to enter %s: %s\n", directory, strerror(errno));
        _exit(127);
    }
    execvp(command[0], command);
    dprintf(2, "selfopt-init: failed to start %s: %s\n", command[0], strerror(errno));
    _exit(127);
}

/* Kills all that is left and waits for it, so that its time is counted too. */
static void end_all(void)
{
    for (;;) {
        kill(-1, SIGKILL);
        if (waitpid(-1, NULL, 0) < 0 && errno == ECHILD)
            return;
    }
}

static void say_usage(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    int64_t cpu = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000)
        + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
    say("cpu_us %lld\n", (long long)cpu);
    say("max_rss_kb %ld\n", usage.ru_maxrss);
    say("involuntary_switches %ld\n", usage.ru_nivcsw);
    /* Version 2 of control groups, then version 1. */
    say_file("peak", "/sys/fs/cgroup/memory.peak");
    say_file("events", "/sys/fs/cgroup/memory.events");
    say_file("cpu", "/sys/fs/cgroup/cpu.stat");
    say_file("throttling", "/sys/fs/cgroup/cpu.stat");
    say_file("pids", "/sys/fs/cgroup/pids.events");
    say_file("peak", "/sys/fs/cgroup/memory/memory.max_usage_in_bytes");
    say_file("events", "/sys/fs/cgroup/memory/memory.oom_control");
    say_file("cpu", "/sys/fs/cgroup/cpuacct/cpuacct.usage");
    say_file("throttling", "/sys/fs/cgroup/cpu/cpu.stat");
    say_file("pids", "/sys/fs/cgroup/pids/pids.events");
}

static void write_all(const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(1, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        /* Nobody collects it any more. */
        if (written <= 0)
            _exit(125);
        bytes += written;
        length -= (size_t)written;
    }
}

/* A line of a mark and bytes in base64. */
static void write_frame(char mark, const unsigned char *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char line[PIECE / 3 * 4 + 16];
    size_t at = 0;
    line[at++] = mark;
    line[at++] = ' ';
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        uint32_t three = (uint32_t)bytes[i] << 16;
        three |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        three |= left > 2 ? bytes[i + 2] : 0;
        line[at++] = digits[three >> 18];
        line[at++] = digits[three >> 12 & 63];
        line[at++] = left > 1 ? digits[three >> 6 & 63] : '=';
        line[at++] = left > 2 ? digits[three & 63] : '=';
    }
    line[at++] = '\n';
    write_all(line, at);
}

/* The reading ends of the command's output, in frames, and what went through. */
struct frames {
    int files[2];
    uint64_t keep, most, seen;
};

/* Passes on a piece of one stream; whether there was any. */
static int pass_on(struct frames *frames, int stream)
{
    unsigned char piece[PIECE];
    ssize_t length = read(frames->files[stream], piece, sizeof piece);
    if (length < 0 && (errno == EINTR || errno == EAGAIN))
        return 1;
    if (length <= 0) {
        close(frames->files[stream]);
        frames->files[stream] = -1;
        return 0;
    }
    uint64_t room = frames->seen < frames->keep ? frames->keep - frames->seen : 0;
    uint64_t kept = (uint64_t)length < room ? (uint64_t)length : room;
    if (kept > 0)
        write_frame(stream == 0 ? 'o' : 'e', piece, (size_t)kept);
    frames->seen += (uint64_t)length;
    return 1;
}

static void open_frames(struct frames *frames, int output[2])
{
    for (int stream = 0; stream < 2; stream++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0)
            die("pipe");
        frames->files[stream] = ends[0];
        output[stream] = ends[1];
    }
}

/* The rest of the output, whose writers have all ended, and the report. */
static void close_frames(struct frames *frames)
{
    for (int stream = 0; stream < 2; stream++)
        while (frames->files[stream] >= 0 && pass_on(frames, stream)) {
        }
    for (size_t at = 0; at < report_length; at += PIECE) {
        size_t left = report_length - at;
        write_frame('r', (unsigned char *)report + at, left < PIECE ? left : PIECE);
    }
    write_all(".\n", 2);
}

int main(int count, char **arguments)
{
    int has_frames = count > 1 && strcmp(arguments[1], "--frames") == 0;
    if (count < (has_frames ? 7 : 5)) {
        dprintf(2, "usage: init SOCKET SECONDS DIRECTORY PROGRAM ARGUMENT...\n"
                   "       init --frames KEEP MOST SECONDS DIRECTORY PROGRAM ARGUMENT...\n");
        return 125;
    }
    /* Neither memory nor descriptors are for the command to look at. */
    prctl(PR_SET_DUMPABLE, 0);
    struct frames frames = { .files = { -1, -1 } };
    if (has_frames) {
        frames.keep = strtoull(arguments[2], NULL, 10);
        frames.most = strtoull(arguments[3], NULL, 10);
        arguments += 2;
    }
    int64_t allowed = atoll(arguments[2]) * SECOND;
    int channel = has_frames ? -1 : connect_to(arguments[1]);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    if (has_frames)
        sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    int children = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (children < 0)
        die("signalfd");
    int output[2];
    if (has_frames)
        open_frames(&frames, output);
    else
        wait_for_go(channel, output);

    int64_t before = 0, since = now();
    int is_stopped = 0, status = 0;
    pid_t child = start(arguments[3], arguments + 4, output, &signals);
    if (child < 0)
        die("fork");
    close(output[0]);
    close(output[1]);

    for (;;) {
        int64_t age = before + (is_stopped ? 0 : now() - since);
        if (age >= allowed) {
            before = age;
            say("r\nstatus late 0\n");
            break;
        }
        struct pollfd ready[4] = { { .fd = channel, .events = POLLIN },
                                   { .fd = children, .events = POLLIN },
                                   { .fd = frames.files[0], .events = POLLIN },
                                   { .fd = frames.files[1], .events = POLLIN } };
        int64_t rest = (allowed - age) / 1000000 + 1;
        poll(ready, 4, is_stopped || rest > 60000 ? 60000 : (int)rest);
        if (ready[1].revents) {
            struct signalfd_siginfo signal;
            int is_over = 0, is_asked = 0, ended;
            pid_t pid;
            while (read(children, &signal, sizeof signal) > 0)
                is_asked |= signal.ssi_signo == SIGTERM;
            if (is_asked) {
                before += now() - since;
                say("r\nstatus killed 0\n");
                break;
            }
            while ((pid = waitpid(-1, &ended, WNOHANG)) > 0) {
                if (pid == child) {
                    is_over = 1;
                    status = ended;
                }
            }
            if (is_over) {
                before += is_stopped ? 0 : now() - since;
                if (WIFSIGNALED(status))
                    say("r\nstatus signaled %d\n", WTERMSIG(status));
                else
                    say("r\nstatus exited %d\n", WEXITSTATUS(status));
                break;
            }
        }
        for (int stream = 0; stream < 2; stream++)
            if (ready[2 + stream].revents)
                pass_on(&frames, stream);
        if (has_frames && frames.seen > frames.most) {
            before += now() - since;
            say("r\nstatus flooded 0\n");
            break;
        }
        if (ready[0].revents) {
            char word = 0;
            ssize_t length = recv(channel, &word, 1, MSG_DONTWAIT);
            if (length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR))
                _exit(0);
            if (length == 1 && word == 's' && !is_stopped) {
                kill(-1, SIGSTOP);
                before += now() - since;
                is_stopped = 1;
                send(channel, "s", 1, MSG_NOSIGNAL);
            } else if (length == 1 && word == 'k') {
                before += is_stopped ? 0 : now() - since;
                say("r\nstatus killed 0\n");
                break;
            } else if (length == 1 && word == 'c' && is_stopped) {
                is_stopped = 0;
                since = now();
                kill(-1, SIGCONT);
            }
        }
    }
    end_all();
    say("wall_ns %lld\n", (long long)before);
    say_usage();
    if (has_frames)
        close_frames(&frames);
    else
        send(channel, report, report_length, MSG_NOSIGNAL);
    return 0;
}
