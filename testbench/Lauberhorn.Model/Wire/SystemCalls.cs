// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Lauberhorn.Model.Wire;

/// <summary>The few calls of Linux that .NET has no methods for.</summary>
internal static partial class SystemCalls
{
    public const int ReadWrite = 2;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const nuint SetInterface = 0x400454CA;
    public const short Tap = 0x0002;
    public const short NoPacketInformation = 0x1000;
    public const short PollIn = 1;

    public const int NotPermitted = 1;
    public const int NoSuchFile = 2;
    public const int InterfaceDown = 5;
    public const int TryAgain = 11;
    public const int NoAccess = 13;
    public const int Busy = 16;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static unsafe partial nint Read(int file, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static unsafe partial nint Write(int file, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static unsafe partial int Control(int file, nuint request, byte* argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(ref PollEntry entry, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int File;
        public short Events;
        public short Returned;
    }
}
