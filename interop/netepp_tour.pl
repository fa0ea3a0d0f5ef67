#!/usr/bin/perl
# Takes two registrars with Net::EPP (Debian: libnet-epp-perl) through the whole life of a
# domain: DNSSEC, transfers, service messages, deletion and restore. Prints TAP.
# Usage: CADASTRE_BINARY=PROGRAM netepp_tour.pl DIR, where DIR holds sandbox.json.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Net::EPP::Simple;
use Sandbox qw(open_sandbox connection code advance);
use Test::More;

open_sandbox(shift);
use constant { SECDNS => 'urn:ietf:params:xml:ns:secDNS-1.1', RGP => 'urn:ietf:params:xml:ns:rgp-1.0' };

my ($losing, $gaining) = map { connection($_) } qw(registrar-a registrar-b);
ok($losing && $gaining, 'both registrars log in') or BAIL_OUT($Net::EPP::Simple::Error);

# send_frame sends a frame of Net::EPP::Frame, and gives the answer.
sub send_frame {
    my ($epp, $frame, $want, $what) = @_;
    my $answer = $epp->request($frame);
    is($answer->code, $want, "$what: $want") or diag($answer->toString(1));
    return $answer;
}

# extended adds an extension to a frame, and gives its element. clTRID comes behind it.
sub extended {
    my ($frame, $uri, $element) = @_;
    my $extension = $frame->createElement('extension');
    $frame->command->insertBefore($extension, $frame->clTRID);
    return $extension->addNewChild($uri, $element);
}

# ds adds a delegation signer record to an element.
sub ds {
    my ($parent, @ds) = @_;
    my $data = $parent->addNewChild(SECDNS, 'secDNS:dsData');
    $data->addNewChild(SECDNS, "secDNS:$_")->appendText(shift @ds) for qw(keyTag alg digestType digest);
}

sub domain_update {
    my $frame = Net::EPP::Frame::Command::Update::Domain->new;
    $frame->setDomain(shift);
    return $frame;
}

# poll reads the oldest message, whose trnData is as wanted, and acknowledges it.
sub poll {
    my ($epp, $who, $name, $status) = @_;
    my $head = send_frame($epp, Net::EPP::Frame::Command::Poll::Req->new, 1301, "$who has a message");
    my $queue = $head->getElementsByLocalName('msgQ')->shift;
    my %data = map { $_->localName => $_->textContent } map { $_->childNodes } $head->getElementsByLocalName('trnData');
    my $acted = $status eq 'clientCancelled' ? 'registrar-b' : 'registrar-a';    # RFC 5731, Section 3.1.3
    is("@data{qw(name trStatus reID acID)}", "$name $status registrar-b $acted", "it is $status");
    my $ack = Net::EPP::Frame::Command::Poll::Ack->new;
    $ack->setMsgID($queue->getAttribute('id'));
    send_frame($epp, $ack, 1000, 'ack');
}

my ($id, $domain, $ns) = ('tour-contact', 'tour.example', 'ns1.tour.test');
my $auth = 'Tour-7hx!dK2v-w9Zq#Rb';
my @first  = (12345, 13, 2, '49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC1234');
my @second = (12346, 13, 2, '38EC35D5B3A34B44C39B38EC35D5B3A34B44C39B38EC35D5B3A34B44C39B1234');

ok($losing->create_contact({
    id => $id, email => 'tour@example.net', voice => '+1.3055550100', fax => '', authInfo => $auth,
    postalInfo => { int => { name => 'Tour Example', addr => { street => ['1 Main Street'], city => 'Miami', cc => 'US' } } },
}), 'contact:create') or code(1000, 'contact:create');
ok($losing->create_host({ name => $ns, addrs => [] }), 'host:create');

# A create with DNSSEC data, and without authInfo: there is none until somebody may have the domain.
my $create = Net::EPP::Frame::Command::Create::Domain->new;
$create->setDomain($domain);
$create->setPeriod(2);
$create->setNS($ns);
$create->setRegistrant($id);
$create->setContacts({ admin => $id });
$create->setAuthInfo('');
ds(extended($create, SECDNS, 'secDNS:create'), @first);
send_frame($losing, $create, 1000, 'domain:create with DNSSEC');
is_deeply($losing->domain_info($domain)->{DS}, ["@first"], 'domain:info gives the delegation signer');

my $update = domain_update($domain);
my $secdns = extended($update, SECDNS, 'secDNS:update');
ds($secdns->addNewChild(SECDNS, 'secDNS:rem'), @first);
ds($secdns->addNewChild(SECDNS, 'secDNS:add'), @second);
send_frame($losing, $update, 1000, 'domain:update with DNSSEC');
my $before = $losing->domain_info($domain);
is_deeply($before->{DS}, ["@second"], 'the delegation signer was replaced');

my ($expires) = $before->{exDate} =~ /^(\d{4}-\d\d-\d\d)T/;
ok($losing->renew_domain({ name => $domain, cur_exp_date => $expires, period => 1 }), 'domain:renew');
code(1000, 'domain:renew');

# Transfers. Nothing goes to who does not know the authInfo, which comes late (RFC 9154).
ok(!$gaining->domain_transfer_request($domain, $auth, 1), 'no transfer while there is no authInfo');
code(2202, 'domain:transfer without authInfo');
ok($losing->update_domain({ name => $domain, chg => { authInfo => $auth } }), 'the authInfo is set');
ok(!$gaining->domain_transfer_request($domain, "$auth-not", 1), 'a wrong authInfo does not count');
code(2202, 'domain:transfer with the wrong authInfo');
my $asked = $gaining->domain_transfer_request($domain, $auth, 1);
code(1001, 'domain:transfer');
is("@$asked{qw(name trStatus reID acID)}", "$domain pending registrar-b registrar-a", 'it is pending');
is($gaining->domain_transfer_query($domain)->{trStatus}, 'pending', 'query tells so');
is_deeply($losing->domain_info($domain)->{status}, ['pendingTransfer'], 'and the status');
poll($losing, 'the losing registrar', $domain, 'pending');
ok($losing->domain_transfer_reject($domain), 'rejected');
code(1000, 'reject');
poll($losing,  'the losing registrar',  $domain, 'clientRejected');
poll($gaining, 'the gaining registrar', $domain, 'pending');
poll($gaining, 'the gaining registrar', $domain, 'clientRejected');

sleep 1;    # Net::EPP makes its clTRID of the second: this is a new request, none that is repeated
ok($gaining->domain_transfer_request($domain, $auth, 1), 'asked again');
ok($gaining->domain_transfer_cancel($domain), 'cancelled');
code(1000, 'cancel');
sleep 1;
ok($gaining->domain_transfer_request($domain, $auth, 1), 'asked once more');
ok($losing->domain_transfer_approve($domain), 'approved');
code(1000, 'approve');
poll($losing,  'the losing registrar',  $domain, $_) for qw(pending clientCancelled pending clientApproved);
poll($gaining, 'the gaining registrar', $domain, $_) for qw(pending clientCancelled pending clientApproved);
my $owned = $gaining->domain_info($domain);
is($owned->{clID}, 'registrar-b', 'the domain went over');
is(substr($owned->{exDate}, 0, 4) - substr($before->{exDate}, 0, 4), 2, 'with a year more');
is_deeply($owned->{DS}, ["@second"], 'and its delegation signer');
ok(!$losing->update_domain({ name => $domain, chg => { authInfo => $auth } }), 'the losing registrar has nothing to say');
code(2201, "domain:update of another's");

# Deletion and restore (RFC 3915).
sub rgp_status {
    my $info = Net::EPP::Frame::Command::Info::Domain->new;
    $info->setDomain($domain);
    my $answer = send_frame($gaining, $info, 1000, 'domain:info');
    return join(' ', sort map { $_->getAttribute('s') } $answer->getElementsByTagNameNS(RGP, 'rgpStatus'));
}

sub restore {
    my ($op, @report) = @_;
    my $frame = domain_update($domain);
    my $restore = extended($frame, RGP, 'rgp:update')->addNewChild(RGP, 'rgp:restore');
    $restore->setAttribute(op => $op);
    my $parent = @report && $restore->addNewChild(RGP, 'rgp:report');
    while (my ($element, $text) = splice(@report, 0, 2)) {
        $parent->addNewChild(RGP, "rgp:$element")->appendText($text);
    }
    return send_frame($gaining, $frame, 1000, "restore $op");
}

advance('10d');
ok($gaining->delete_domain($domain), 'domain:delete');
code(1001, 'domain:delete after the add grace period');
my $deleted = $gaining->domain_info($domain);
ok(scalar(grep { $_ eq 'pendingDelete' } @{ $deleted->{status} }), 'pendingDelete');
is(rgp_status(), 'redemptionPeriod', 'redemptionPeriod');
advance('2d');
restore('request');
is(rgp_status(), 'pendingRestore', 'pendingRestore');
restore('report',
    preData => 'as before', postData => 'as before', delTime => $deleted->{upDate}, resTime => $deleted->{upDate},
    resReason => 'The customer paid after all.',
    statement => 'It is not restored to use or sell it ourselves.', statement => 'All of this is true.',
);
my $restored = $gaining->domain_info($domain);
is_deeply([@$restored{qw(exDate ns DS registrant)}], [@$owned{qw(exDate ns DS registrant)}], 'it is as it was');
is_deeply($restored->{status}, $owned->{status}, 'and so are its statuses');

ok($_->logout, 'logout') for $losing, $gaining;
done_testing();
