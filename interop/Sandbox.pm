# What the Perl scripts here share: sessions with a sandbox, as a registrar's script opens them.
package Sandbox;
use strict;
use warnings;
use Exporter qw(import);
use JSON::PP qw(decode_json);
use Net::EPP::Simple;
use Test::More;

our @EXPORT_OK = qw(open_sandbox connection code advance);

my ($dir, $sandbox);

# open_sandbox reads DIR/sandbox.json.
sub open_sandbox {
    $dir = shift or die "usage: $0 DIR\n";
    open(my $fh, '<', "$dir/sandbox.json") or die "$dir/sandbox.json: $!\n";
    $sandbox = decode_json(do { local $/; <$fh> });
}

# connection opens a session of a registrar, with what a caller wants otherwise.
sub connection {
    my ($id, %other) = @_;
    my ($me) = grep { $_->{id} eq $id } @{ $sandbox->{registrars} };
    my ($host, $port) = $sandbox->{epp}{addr} =~ /^(.*):(\d+)$/;
    return Net::EPP::Simple->new(
        host => $host, port => $port, timeout => 20, reconnect => 0, load_config => 0,
        verify => 1, ca_file => "$dir/$sandbox->{epp}{ca}",
        cert => "$dir/$me->{cert}", key => "$dir/$me->{key}",
        user => $me->{id}, pass => $me->{password}, %other,
    );
}

# code checks the result code of the last command.
sub code {
    my ($want, $what) = @_;
    is($Net::EPP::Simple::Code, $want, "$what: $want") or diag($Net::EPP::Simple::Error);
}

# advance moves the sandbox's clock, with the program that the environment names.
sub advance {
    my $by = shift;
    is(system("$ENV{CADASTRE_BINARY} dev clock --dir '$dir' advance $by >/dev/null"), 0, "the clock goes on by $by");
}

1;
