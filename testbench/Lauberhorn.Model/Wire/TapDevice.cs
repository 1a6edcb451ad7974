// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;

namespace Lauberhorn.Model.Wire;

/// <summary>
/// An Ethernet device of Linux whose cable is in our hands (a TAP device): what the kernel sends on it, we receive, and the other way
/// round. It is gone when this is disposed of, or the process ends. Without offloads, so sums are always computed.
/// </summary>
public sealed class TapDevice : IWire, IDisposable
{
    private const string Path = "/dev/net/tun";
    private const int LongestName = 15;
    private readonly byte[] buffer = new byte[65536];
    private int file;

    private TapDevice(int file, string name)
    {
        this.file = file;
        Name = name;
    }

    /// <summary>The device's name.</summary>
    public string Name { get; }

    /// <summary>Frames that the device refused because it was down.</summary>
    public int Refused { get; private set; }

    /// <summary>Makes a device in the network namespace of this process.</summary>
    /// <param name="name">Its name, at most 15 bytes; a %d in it becomes the first free number.</param>
    /// <exception cref="WireException">There is no /dev/net/tun, no right to make a device, or the name is taken.</exception>
    public static unsafe TapDevice Create(string name)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(name);
        if (bytes.Length is 0 or > LongestName)
        {
            throw new WireException($"'{name}' is no name of a device; it must have 1 to {LongestName} characters");
        }

        int file = SystemCalls.Open(Path, SystemCalls.ReadWrite | SystemCalls.NonBlocking | SystemCalls.CloseOnExec);
        if (file < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw error switch
            {
                SystemCalls.NoSuchFile => new WireException($"there is no {Path}: load the module tun, or give the container the device "
                    + $"(--device {Path})", true),
                SystemCalls.NoAccess or SystemCalls.NotPermitted =>
                    new WireException($"no right to open {Path}: run as root, or give the container the device", true),
                _ => new WireException($"{Path} cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}", true),
            };
        }

        // struct ifreq: 16 bytes of name, then the flags.
        byte* request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        bytes.CopyTo(new Span<byte>(request, LongestName));
        *(short*)(request + 16) = SystemCalls.Tap | SystemCalls.NoPacketInformation;
        if (SystemCalls.Control(file, SystemCalls.SetInterface, request) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            SystemCalls.Close(file);
            throw error switch
            {
                SystemCalls.NotPermitted => new WireException("no right to make a TAP device: run as root, or with CAP_NET_ADMIN", true),
                SystemCalls.Busy => new WireException($"device '{name}' is in use by another program; choose another name"),
                _ => new WireException($"the TAP device '{name}' cannot be made: {Marshal.GetPInvokeErrorMessage(error)}", true),
            };
        }

        return new TapDevice(file, Marshal.PtrToStringAnsi((nint)request)!);
    }

    /// <inheritdoc/>
    public unsafe bool TryReceive(out byte[] frame)
    {
        ObjectDisposedException.ThrowIf(file < 0, this);
        nint length;
        fixed (byte* start = buffer)
        {
            length = SystemCalls.Read(file, start, (nuint)buffer.Length);
        }

        frame = length > 0 ? buffer[..(int)length] : [];
        if (length < 0 && Marshal.GetLastPInvokeError() is int error and not SystemCalls.TryAgain and not SystemCalls.InterfaceDown)
        {
            throw new WireException($"nothing can be read from {Name}: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        return length > 0;
    }

    /// <summary>Waits until a frame is there, or some time is over.</summary>
    /// <param name="milliseconds">How long to wait at most.</param>
    /// <returns>Whether a frame is there.</returns>
    public bool Wait(int milliseconds)
    {
        ObjectDisposedException.ThrowIf(file < 0, this);
        SystemCalls.PollEntry entry = new() { File = file, Events = SystemCalls.PollIn };
        return SystemCalls.Poll(ref entry, 1, milliseconds) > 0;
    }

    /// <inheritdoc/>
    public unsafe void Send(ReadOnlySpan<byte> frame)
    {
        ObjectDisposedException.ThrowIf(file < 0, this);
        nint written;
        fixed (byte* start = frame)
        {
            written = SystemCalls.Write(file, start, (nuint)frame.Length);
        }

        if (written < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error is not (SystemCalls.InterfaceDown or SystemCalls.TryAgain))
            {
                throw new WireException($"a frame of {frame.Length} bytes cannot be sent on {Name}: "
                    + $"{Marshal.GetPInvokeErrorMessage(error)}");
            }

            Refused++;
        }
    }

    /// <summary>Removes the device.</summary>
    public void Dispose()
    {
        if (file >= 0)
        {
            SystemCalls.Close(file);
            file = -1;
        }
    }
}
